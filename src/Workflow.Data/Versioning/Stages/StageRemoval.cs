using System.Text;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Parameters;

namespace Workflow.Data.Versioning.Stages;

/// <summary>
/// Takes stages out of a <c>dvc.yaml</c> or a <c>dvc.lock</c>. The file is written anew as DVC writes it, with comments and order. Of one
/// with anchors, tags, block texts or comments within lines only the lines of the stages go, and everything else stays byte for byte.
/// </summary>
internal static class StageRemoval
{
    private const string Template = "${";
    private const int LongestFlowLine = 80;

    /// <summary>Tells why stages cannot be removed one by one: templates or a loop make them, so their text is that of others, too.</summary>
    /// <param name="path">The <c>dvc.yaml</c>, relative to the root.</param>
    /// <param name="bytes">Its content.</param>
    /// <param name="names">The stages.</param>
    /// <exception cref="DvcException">The file is wrong.</exception>
    public static IEnumerable<string> Refusals(string path, byte[] bytes, IEnumerable<string> names)
    {
        var stages = YamlReader.Read(path, bytes, out _, acceptsMergeKeys: true)?.Find("stages") as YamlMapping;
        return names.Where(n => stages?.Find(n) is not { } stage || HasTemplate(stage))
            .Select(n => $"The stage '{n}' of '{path}' is made by a template or a loop. Take it out of the file by hand, then remove its outputs from .gitignore.");
    }

    /// <summary>Makes the bytes of a file without some stages.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="bytes">What it holds.</param>
    /// <param name="names">The stages; those that it does not hold are passed over.</param>
    /// <returns>The same bytes when it held none of them; null when no stage is left and DVC deletes the file.</returns>
    /// <exception cref="DvcException">The file is wrong, or written in a way in which a stage cannot be taken out without losing something.</exception>
    public static byte[]? Remove(string path, byte[] bytes, IReadOnlyCollection<string> names)
    {
        var document = YamlReader.Read(path, bytes, out var losesSomething, acceptsMergeKeys: true);
        if (document?.Find("stages") is not YamlMapping stages)
        {
            return bytes;
        }

        var present = names.Where(n => stages.Find(n) is not null).ToList();
        if (present.Count == 0)
        {
            return bytes;
        }

        if (present.Count == stages.Entries.Count)
        {
            return null;
        }

        if (losesSomething)
        {
            return RemoveLines(path, bytes, document, present);
        }

        // One by one, as DVC does: whose a comment is depends on what stands before it.
        byte[]? rest = bytes;
        foreach (var name in present)
        {
            rest = RemoveEntry(YamlReader.Read(path, rest, out _)!, name);
            if (rest is null)
            {
                return RemoveLines(path, bytes, YamlReader.Read(path, bytes, out _)!, present);
            }
        }

        return rest;
    }

    // Null when brackets would be too long for a line, which DVC breaks.
    private static byte[]? RemoveEntry(YamlMapping document, string name)
    {
        var at = document.Entries.FindIndex(static e => e.Key.Text == "stages");
        var stages = (YamlMapping)document.Entries[at].Value;
        var index = stages.Entries.FindIndex(e => e.Key.Text == name);
        var last = YamlMapping.LastOf(stages.Entries[index].Value);

        // Lines of their own behind brackets belong to what is below them, and stay.
        var kept = last is { IsTrailingOfNext: true, Trailing: { } trailing } ? trailing[1..] : "";
        stages.Set(name, null);
        if (kept.Length > 0)
        {
            YamlNode before = index > 0 ? YamlMapping.LastOf(stages.Entries[index - 1].Value) : document.Entries[at].Key;
            before.Trailing = (before.Trailing ?? "\n") + kept;
        }

        var text = YamlWriter.Write(document);
        return text.Split('\n').Any(static l => l.Length > LongestFlowLine && l.AsSpan().IndexOfAny('[', '{') >= 0) && HasFlow(document) ? null : Encoding.UTF8.GetBytes(text);
    }

    private static bool HasTemplate(YamlNode node) => node switch
    {
        YamlMapping map => map.Entries.Exists(static e => HasTemplate(e.Key) || HasTemplate(e.Value)),
        YamlSequence list => list.Items.Exists(HasTemplate),
        _ => ((YamlScalar)node).Text.Contains(Template, StringComparison.Ordinal),
    };

    private static bool HasFlow(YamlNode node) => node switch
    {
        YamlMapping map => map.IsFlow || map.Entries.Exists(static e => HasFlow(e.Value)),
        YamlSequence list => list.IsFlow || list.Items.Exists(HasFlow),
        _ => false,
    };

    // A stage goes from its key to the next key, without the comments and blank lines before that one.
    private static byte[] RemoveLines(string path, byte[] bytes, YamlMapping document, List<string> names)
    {
        var stages = (YamlMapping)document.Find("stages")!;
        var lines = Encoding.UTF8.GetString(bytes).Split('\n').ToList();
        var starts = document.IsFlow || stages.IsFlow ? [] : document.Entries.Concat(stages.Entries).Select(static e => e.Key.Line - 1).Order().ToList();
        foreach (var key in stages.Entries.Select(static e => e.Key).Where(k => names.Contains(k.Text)).OrderByDescending(static k => k.Line))
        {
            var end = starts.Find(s => s >= key.Line) is var next and > 0 ? next : lines.Count - (lines[^1].Length == 0 ? 1 : 0);
            while (end > key.Line && IsBetween(lines[end - 1], key.Column - 1))
            {
                end--;
            }

            if (starts.Count > 0)
            {
                lines.RemoveRange(key.Line - 1, end - key.Line + 1);
            }
        }

        var result = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        return HasRest(path, result, document, names)
            ? result
            : throw new DvcException($"'{path}' is written in a way in which {string.Join(", ", names.Select(static n => $"'{n}'"))} cannot be taken out without changing something else (an anchor that others use, or stages in brackets). Take it out by hand.");
    }

    // Deeper lines belong to the stage, also when they look like comments: they may be text of a command.
    private static bool IsBetween(string line, int column)
    {
        var text = line.AsSpan().TrimStart(" \t");
        return text.Trim().IsEmpty || (text[0] == '#' && line.Length - text.Length <= column);
    }

    // Nothing but the stages is gone.
    private static bool HasRest(string path, byte[] result, YamlMapping document, List<string> names)
    {
        var expected = Without(YamlParameters.Of(document, path), names);
        try
        {
            return YamlReader.Read(path, result, out _, acceptsMergeKeys: true) is { } read && YamlParameters.Of(read, path).Equals(expected);
        }
        catch (DvcException)
        {
            return false;
        }
    }

    private static ParameterValue Without(ParameterValue document, List<string> names) => ParameterValue.MapOfAny(document.Members.Select(m => m.Key.ToString() != "stages" ? m
        : KeyValuePair.Create(m.Key, ParameterValue.MapOfAny(m.Value.Members.Where(s => !names.Contains(s.Key.ToString()))))));
}
