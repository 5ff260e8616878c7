using System.Globalization;
using System.Text;

namespace Workflow.Data.Versioning;

/// <summary>Makes the bytes of a <c>.dvc</c> file: a new one, or an existing one with another content recorded.</summary>
internal static class MetafileUpdate
{
    private const int LongestFlowLine = 80;

    /// <summary>The keys whose value an update may change, in the order in which DVC appends missing ones.</summary>
    private static readonly string[] RecordedKeys = ["md5", "size", "nfiles", "isexec", "hash"];

    /// <summary>Writes the metafile of a new output.</summary>
    /// <param name="name">The output's name, which lies beside the metafile.</param>
    /// <param name="recorded">What is recorded.</param>
    public static byte[] Create(string name, RecordedContent recorded)
    {
        var output = new YamlMapping();
        Apply(output, recorded);
        output.Set("path", YamlScalar.Of(name));
        var list = new YamlSequence();
        list.Items.Add(output);
        var document = new YamlMapping();
        document.Set("outs", list);
        return Encoding.UTF8.GetBytes(YamlWriter.Write(document));
    }

    /// <summary>Writes an existing metafile with another content recorded for one output.</summary>
    /// <remarks>
    /// Without comments, blank lines and the like the file is written anew as DVC writes it, with its key order. With them only
    /// the lines of the recorded keys change and everything else stays byte for byte (DVC also rewrites quotes and indents).
    /// </remarks>
    /// <exception cref="DvcException">It has comments and is written in a way in which single lines cannot be replaced.</exception>
    public static byte[] Update(DvcMetafile metafile, int position, RecordedContent recorded)
    {
        var document = metafile.Document!;
        var output = (YamlMapping)((YamlSequence)document.Find("outs")!).Items[position];
        if (metafile.HasDecoration)
        {
            return Encoding.UTF8.GetBytes(UpdateLines(metafile, output, recorded));
        }

        Apply(output, recorded);
        DropDefaults(document);
        var text = YamlWriter.Write(document);
        return HasFlow(document) && text.Split('\n').Any(static l => l.Length > LongestFlowLine && l.AsSpan().IndexOfAny('[', '{') >= 0)
            ? throw new DvcException($"{metafile.Path} holds a list or keys in brackets that are longer than {LongestFlowLine} columns, which cannot be written back as they were. Write them line by line.")
            : Encoding.UTF8.GetBytes(text);
    }

    private static void Apply(YamlMapping output, RecordedContent recorded)
    {
        foreach (var key in RecordedKeys)
        {
            output.Set(key, Value(recorded, key));
        }
    }

    private static YamlScalar? Value(RecordedContent recorded, string key) => key switch
    {
        "md5" => YamlScalar.Of(recorded.Id),
        "size" => Number(recorded.Size),
        "nfiles" => Number(recorded.FileCount),
        "isexec" => recorded.IsExecutable ? YamlScalar.Of("true", YamlStyle.Plain) : null,
        _ => YamlScalar.Of("md5"),
    };

    private static YamlScalar? Number(long? value) =>
        value is { } number ? YamlScalar.Of(number.ToString(CultureInfo.InvariantCulture), YamlStyle.Plain) : null;

    // DVC leaves out what is at its default.
    private static void DropDefaults(YamlMapping document)
    {
        Drop(document, "frozen", "false");
        Drop(document, "locked", "false");
        Drop(document, "always_changed", "false");
        Drop(document, "wdir", ".");
        DropEmpty(document, "desc", "meta", "deps", "md5", "wdir");
        foreach (var output in ((YamlSequence)document.Find("outs")!).Items.OfType<YamlMapping>())
        {
            Drop(output, "cache", "true");
            Drop(output, "push", "true");
            Drop(output, "persist", "false");
            Drop(output, "metric", "false");
            Drop(output, "plot", "false");
            DropEmpty(output, "desc", "type", "labels", "meta", "remote");
        }
    }

    private static void Drop(YamlMapping mapping, string key, string value)
    {
        if (mapping.Find(key) is YamlScalar { Style: YamlStyle.Plain } scalar && scalar.Text.Equals(value, StringComparison.OrdinalIgnoreCase))
        {
            mapping.Set(key, null);
        }
    }

    private static void DropEmpty(YamlMapping mapping, params string[] keys)
    {
        foreach (var key in keys)
        {
            if (mapping.Find(key) is YamlScalar { Text.Length: 0 } or YamlScalar { Kind: YamlKind.Null } or YamlSequence { Items.Count: 0 } or YamlMapping { Entries.Count: 0 })
            {
                mapping.Set(key, null);
            }
        }
    }

    private static bool HasFlow(YamlNode node) => node switch
    {
        YamlMapping map => map.IsFlow || map.Entries.Exists(static e => HasFlow(e.Value)),
        YamlSequence list => list.IsFlow || list.Items.Exists(HasFlow),
        _ => false,
    };

    private static string UpdateLines(DvcMetafile metafile, YamlMapping output, RecordedContent recorded)
    {
        var lines = Encoding.UTF8.GetString(metafile.Bytes).Split('\n').ToList();
        var lastKeyLine = output.Entries.Max(static e => e.Key.Line);
        var removed = new List<int>();
        var added = new List<string>();
        foreach (var key in RecordedKeys)
        {
            var next = Value(recorded, key);
            var at = output.Entries.FindIndex(e => e.Key.Text == key);
            if (at < 0)
            {
                if (next is not null)
                {
                    added.Add(new string(' ', output.Column - 1) + Line(key, next));
                }

                continue;
            }

            var (name, value) = output.Entries[at];
            if (value is YamlScalar same && next is not null && same.Text == next.Text)
            {
                continue;
            }

            var line = lines[name.Line - 1];
            if (output.IsFlow || value is not YamlScalar old || old.Line != name.Line || old.Style == YamlStyle.Block || !IsSimple(line, key, old, out var start))
            {
                throw Refuse(metafile, name.Line);
            }

            if (next is null)
            {
                // The dash of the list stands on the line of the first key.
                if (at == 0 || line.Contains('#', StringComparison.Ordinal))
                {
                    throw Refuse(metafile, name.Line);
                }

                removed.Add(name.Line - 1);
            }
            else
            {
                lines[name.Line - 1] = Replace(line, start, Line(key, next));
            }
        }

        if (added.Count > 0)
        {
            if (output.IsFlow || output.Entries.Exists(e => e.Key.Line == lastKeyLine && e.Value is not YamlScalar { Style: not YamlStyle.Block }))
            {
                throw Refuse(metafile, lastKeyLine);
            }

            lines.InsertRange(lastKeyLine, added);
        }

        foreach (var line in removed.OrderDescending())
        {
            lines.RemoveAt(line);
        }

        return string.Join('\n', lines);
    }

    private static string Line(string key, YamlScalar value)
    {
        var line = new StringBuilder(key).Append(':');
        if (value.Kind == YamlKind.Text)
        {
            YamlScalarWriter.Append(line, value.Text, indent: 0, flow: false);
        }
        else
        {
            line.Append(' ').Append(value.Text);
        }

        return line.ToString();
    }

    // "key: value", optionally followed by a comment: where does the key start?
    private static bool IsSimple(string line, string key, YamlScalar old, out int start)
    {
        start = line.IndexOf(key + ":", StringComparison.Ordinal);
        if (start < 0 || line.AsSpan(0, start).ContainsAnyExcept(' ', '-'))
        {
            return false;
        }

        var rest = line.AsSpan(start + key.Length + 1).Trim();
        var written = old.Style == YamlStyle.Quoted && rest.Length > 0 ? $"{rest[0]}{old.Text}{rest[0]}" : old.Text;
        if (!rest.StartsWith(written, StringComparison.Ordinal) && !rest.StartsWith(old.Text, StringComparison.Ordinal))
        {
            return false;
        }

        rest = rest[(rest.StartsWith(written, StringComparison.Ordinal) ? written.Length : old.Text.Length)..].Trim();
        return rest.IsEmpty || rest[0] == '#';
    }

    // A comment keeps its column when there is room.
    private static string Replace(string line, int start, string text)
    {
        var end = line.EndsWith('\r') ? "\r" : "";
        var comment = line.IndexOf('#', StringComparison.Ordinal);
        var head = line[..start] + text;
        return comment < 0 ? head + end : head.PadRight(Math.Max(comment, head.Length + 1)) + line[comment..];
    }

    private static DvcException Refuse(DvcMetafile metafile, int line) => new(
        string.Create(CultureInfo.InvariantCulture, $"{metafile.Path}, line {line}: the file holds comments and is written in a way that cannot be updated without losing some of it. Write the keys of the output line by line, each as 'key: value'."));
}
