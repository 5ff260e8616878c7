using System.Globalization;
using System.Text;

namespace Workflow.Data.Versioning.Metafiles;

/// <summary>Makes the bytes of a <c>.dvc</c> file: a new one, or an existing one with another content recorded.</summary>
internal static class MetafileUpdate
{
    private const int LongestFlowLine = 80;

    /// <summary>The keys whose value an update may change, in the order in which DVC appends missing ones.</summary>
    private static readonly string[] RecordedKeys = ["md5", "size", "nfiles", "isexec", "hash"];

    private static readonly string[] StageOrder = ["desc", "md5", "cmd", "wdir", "frozen", "deps", "outs", "always_changed", "meta"];

    private static readonly string[] OutputOrder =
    [
        "md5", "size", "nfiles", "isexec", "version_id", "etag", "checksum", "cloud", "hash", "path", "fs_config", "desc", "type", "labels", "meta", "cache", "metric", "plot", "persist", "remote", "push", "files",
    ];

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
    /// The file is written anew as DVC writes it, with its comments and key order. Of one with anchors, tags, block texts or comments
    /// within lines only the lines of the recorded keys change, and everything else stays byte for byte.
    /// </remarks>
    /// <exception cref="DvcException">It is one of the latter, and written in a way in which single lines cannot be replaced.</exception>
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

    /// <summary>Writes a metafile with another path of one output.</summary>
    /// <param name="metafile">The file as it is.</param>
    /// <param name="position">The output.</param>
    /// <param name="path">The new path, as it is written.</param>
    /// <param name="isNewFile">Whether it is written beside the output, in DVC's order of keys; else the file is only changed.</param>
    /// <exception cref="DvcException">It has comments and is written in a way in which single lines cannot be replaced.</exception>
    public static byte[] Move(DvcMetafile metafile, int position, string path, bool isNewFile)
    {
        var document = metafile.Document!;
        var output = (YamlMapping)((YamlSequence)document.Find("outs")!).Items[position];
        if (metafile.HasDecoration)
        {
            var old = (YamlScalar)output.Find("path")!;
            if (old.Style == YamlStyle.Block || old.Line != old.EndLine || (isNewFile && document.Find("wdir") is not null))
            {
                throw Refuse(metafile, old.Line);
            }

            var lines = Encoding.UTF8.GetString(metafile.Bytes).TrimStart('\uFEFF').Split('\n');
            lines[old.Line - 1] = Replace(lines[old.Line - 1], old, Line("path", YamlScalar.Of(path))["path:".Length..].TrimStart(' '));
            return Encoding.UTF8.GetBytes(string.Join('\n', lines));
        }

        // Read again: what was read must not change, and comments go with it.
        var copy = YamlReader.Read(metafile.Path, metafile.Bytes, out _)!;
        output = (YamlMapping)((YamlSequence)copy.Find("outs")!).Items[position];
        output.Set("path", YamlScalar.Of(path));
        DropDefaults(copy);
        if (isNewFile)
        {
            copy.Set("wdir", null);
            Sort(copy, StageOrder);
            Sort(output, OutputOrder);
        }

        return Encoding.UTF8.GetBytes(YamlWriter.Write(copy));
    }

    private static void Sort(YamlMapping mapping, string[] order)
    {
        var sorted = mapping.Entries.OrderBy(e => Array.IndexOf(order, e.Key.Text) is var at and >= 0 ? at : order.Length).ToList();
        mapping.Entries.Clear();
        mapping.Entries.AddRange(sorted);
    }

    /// <summary>Records a content in an output.</summary>
    internal static void Apply(YamlMapping output, RecordedContent recorded)
    {
        foreach (var key in RecordedKeys)
        {
            output.Set(key, Value(recorded, key));
        }
    }

    /// <summary>Takes back what is recorded in an output: its content is elsewhere.</summary>
    internal static void Clear(YamlMapping output)
    {
        foreach (var key in RecordedKeys.Where(static k => k != "hash"))
        {
            output.Set(key, null);
        }
    }

    private static YamlScalar? Value(RecordedContent recorded, string key) => key switch
    {
        "md5" => YamlScalar.Of(recorded.Id),
        "size" => Number(recorded.Size),
        "nfiles" => Number(recorded.FileCount),
        "isexec" => recorded.IsExecutable ? YamlScalar.Of("true", YamlStyle.Plain) : null,
        _ => recorded.IsLegacy ? null : YamlScalar.Of("md5"),
    };

    private static YamlScalar? Number(long? value) =>
        value is { } number ? YamlScalar.Of(number.ToString(CultureInfo.InvariantCulture), YamlStyle.Plain) : null;

    // DVC leaves out what is at its default.
    internal static void DropDefaults(YamlMapping document)
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
        var lines = Encoding.UTF8.GetString(metafile.Bytes).TrimStart('\uFEFF').Split('\n').ToList();
        var edits = new List<(YamlScalar At, string Text)>();
        var removed = new List<int>();
        var added = new List<string>();
        foreach (var key in RecordedKeys)
        {
            var next = Value(recorded, key);
            var at = output.Entries.FindIndex(e => e.Key.Text == key);
            if (at < 0)
            {
                added.AddRange(next is null ? [] : [Line(key, next)]);
            }
            else if (output.Entries[at].Value is not YamlScalar { Style: not YamlStyle.Block } old || old.Line != old.EndLine || old.Line != output.Entries[at].Key.Line)
            {
                throw Refuse(metafile, output.Entries[at].Key.Line);
            }
            else if (next is null)
            {
                // The dash of the list stands on the line of the first key, and a comment must not go with its line.
                if (output.IsFlow || at == 0 || lines[old.Line - 1].Contains('#', StringComparison.Ordinal))
                {
                    throw Refuse(metafile, old.Line);
                }

                removed.Add(old.Line - 1);
            }
            else if (old.Text != next.Text)
            {
                edits.Add((old, Line(key, next)[(key.Length + 1)..].TrimStart(' ')));
            }
        }

        var last = output.Entries[^1];
        if (added.Count > 0 && (last.Value is not YamlScalar { Style: not YamlStyle.Block } end || end.EndLine != last.Key.Line || (!output.IsFlow && edits.Exists(e => e.At.Line != e.At.EndLine))))
        {
            throw Refuse(metafile, last.Key.Line);
        }

        if (added.Count > 0 && output.IsFlow)
        {
            var tail = (YamlScalar)last.Value;
            var pending = edits.FindIndex(e => ReferenceEquals(e.At, tail));
            var text = pending >= 0 ? edits[pending].Text : lines[tail.Line - 1][(tail.Column - 1)..(tail.EndColumn - 1)];
            edits.RemoveAll(e => ReferenceEquals(e.At, tail));
            edits.Add((tail, string.Join(", ", [text, .. added])));
        }

        // From the right, so that columns to the left stay true.
        foreach (var (at, text) in edits.OrderByDescending(static e => e.At.Column))
        {
            lines[at.Line - 1] = Replace(lines[at.Line - 1], at, text);
        }

        if (added.Count > 0 && !output.IsFlow)
        {
            lines.InsertRange(last.Key.Line, added.Select(l => new string(' ', output.Column - 1) + l));
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

    // A comment keeps its column when there is room.
    private static string Replace(string line, YamlScalar at, string text)
    {
        var head = (at.Text.Length == 0 ? line[..(at.Column - 1)].TrimEnd() + " " : line[..(at.Column - 1)]) + text;
        var tail = line[(at.EndColumn - 1)..];
        var comment = line.IndexOf('#', at.EndColumn - 1);
        return comment >= 0 && tail.TrimStart().StartsWith('#')
            ? head.PadRight(Math.Max(comment, head.Length + 1)) + line[comment..]
            : head + tail;
    }

    private static DvcException Refuse(DvcMetafile metafile, int line) => new(
        string.Create(CultureInfo.InvariantCulture, $"{metafile.Path}, line {line}: the file holds comments and is written in a way that cannot be updated without losing some of it. Write the keys of the output line by line, each as 'key: value'."));
}
