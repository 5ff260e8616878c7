namespace Workflow.Data.Versioning.Metafiles;

/// <summary>A node of a metafile, with where it stands (lines and columns from 1).</summary>
internal abstract class YamlNode
{
    public int Line { get; init; }

    public int Column { get; init; }

    /// <summary>Gets or sets the comments and blank lines behind it, up to and with the last line break before what follows; null for none. Of a key: behind its colon.</summary>
    public string? Trailing { get; set; }

    /// <summary>
    /// Gets or sets whether <see cref="Trailing"/> belongs to what follows: lines of their own behind brackets go with the key below
    /// them when it is removed, and stay behind keys that are added.
    /// </summary>
    public bool IsTrailingOfNext { get; set; }

    /// <summary>Gets or sets the column in which a comment on the same line begins, from 0.</summary>
    public int TrailingColumn { get; set; }
}

/// <summary>How a scalar was written.</summary>
internal enum YamlStyle
{
    Plain,
    Quoted,
    Block,
}

internal sealed class YamlScalar : YamlNode
{
    public required string Text { get; init; }

    public YamlStyle Style { get; init; }

    /// <summary>Gets the line on which it ends.</summary>
    public int EndLine { get; init; }

    /// <summary>Gets the column after its last character.</summary>
    public int EndColumn { get; init; }

    /// <summary>Gets what a YAML 1.2 reader makes of it.</summary>
    public YamlKind Kind => Style == YamlStyle.Plain ? YamlScalarKinds.Resolve(Text) : YamlKind.Text;

    public static YamlScalar Of(string text, YamlStyle style = YamlStyle.Quoted) => new() { Text = text, Style = style };
}

internal sealed class YamlSequence : YamlNode
{
    public List<YamlNode> Items { get; } = [];

    public bool IsFlow { get; init; }
}

internal sealed class YamlMapping : YamlNode
{
    public List<KeyValuePair<YamlScalar, YamlNode>> Entries { get; } = [];

    public bool IsFlow { get; init; }

    /// <summary>Gets or sets the comments and blank lines before the first key of a document; null for none.</summary>
    public string? Leading { get; set; }

    /// <summary>Gets the node that stands last in a text: itself, or the last one of a block.</summary>
    public static YamlNode LastOf(YamlNode node) => node switch
    {
        YamlMapping { IsFlow: false, Entries: [.., var entry] } => LastOf(entry.Value),
        YamlSequence { IsFlow: false, Items: [.., var item] } => LastOf(item),
        _ => node,
    };

    public YamlNode? Find(string key)
    {
        foreach (var entry in Entries)
        {
            if (entry.Key.Text == key)
            {
                return entry.Value;
            }
        }

        return null;
    }

    public void Set(string key, YamlNode? value)
    {
        var index = Entries.FindIndex(e => e.Key.Text == key);
        if (value is null)
        {
            if (index >= 0)
            {
                if (index > 0 && LastOf(Entries[index - 1].Value) is { IsTrailingOfNext: true } last)
                {
                    last.Trailing = null;
                    last.IsTrailingOfNext = false;
                }

                Entries.RemoveAt(index);
            }
        }
        else if (index < 0)
        {
            if (Entries.Count > 0 && LastOf(Entries[^1].Value) is { IsTrailingOfNext: true } last)
            {
                (value.Trailing, value.IsTrailingOfNext) = (last.Trailing, true);
                (last.Trailing, last.IsTrailingOfNext) = (null, false);
            }

            Entries.Add(new(YamlScalar.Of(key), value));
        }
        else if (Entries[index].Value is not YamlScalar old || value is not YamlScalar next || old.Text != next.Text || old.Kind != next.Kind)
        {
            // What stands behind the old value stays.
            value.Trailing ??= Entries[index].Value.Trailing;
            value.TrailingColumn = Entries[index].Value.TrailingColumn;
            Entries[index] = new(Entries[index].Key, value);
        }
    }
}
