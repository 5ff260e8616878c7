using System.Collections.Immutable;
using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning.Stages;

/// <summary>Checks the keys and values of a <c>dvc.lock</c>, or of an entry of the run cache.</summary>
internal sealed class LockCheck(string file) : NodeCheck(file)
{
    private static readonly ImmutableDictionary<string, YamlKind[]> TopKeys = Any("schema", "datasets", "stages");
    private static readonly ImmutableDictionary<string, YamlKind[]> StageKeys = Any("cmd", "deps", "params", "outs");
    private readonly string _file = file;

    /// <summary>Checks a lock file.</summary>
    /// <returns>Its stages by name; null when there are none.</returns>
    /// <exception cref="DvcException">Every wrong key at once.</exception>
    public YamlMapping? Run(YamlMapping? document)
    {
        if (document?.Find("schema") is not { } schema)
        {
            Fail("schema", 1, "the key is missing; it must be '2.0'");
        }
        else if (schema is not YamlScalar { Kind: YamlKind.Text, Text: "2.0" })
        {
            Wrong<object>("schema", schema, "'2.0' in quotes, the only version of this format");
        }

        if (document is not null)
        {
            Keys(document, TopKeys, "");
        }

        var stages = document?.Find("stages") is { } node ? node as YamlMapping ?? Wrong<YamlMapping>("stages", node, "stages by name") : null;
        foreach (var (name, stage) in stages?.Entries ?? [])
        {
            CheckStage($"stages.{name.Text}", stage);
        }

        ThrowIfAny();
        return stages;
    }

    /// <summary>Checks one entry of a lock file or of the run cache.</summary>
    public void CheckStage(string where, YamlNode node)
    {
        if (node is not YamlMapping stage)
        {
            Wrong<object>(where, node, "the keys of a stage");
            return;
        }

        Keys(stage, StageKeys, where.Length == 0 ? "" : where + ".");
        switch (stage.Find("cmd"))
        {
            case null:
                Fail(where, stage.Line, "the key 'cmd' is missing");
                break;
            case YamlScalar { Kind: not YamlKind.Text } or YamlMapping:
                Wrong<object>(where + ".cmd", stage.Find("cmd")!, "text or a list");
                break;
        }

        foreach (var key in new[] { "deps", "outs" })
        {
            if (stage.Find(key) is { } list and not YamlSequence)
            {
                Wrong<object>($"{where}.{key}", list, "a list");
            }
        }

        if (stage.Find("params") is { } parameters)
        {
            foreach (var (path, values) in (parameters as YamlMapping ?? Wrong<YamlMapping>(where + ".params", parameters, "files with keys and values"))?.Entries ?? [])
            {
                if (values is not YamlMapping)
                {
                    Wrong<object>($"{where}.params.{path.Text}", values, "keys and values");
                }
            }
        }
    }

    /// <summary>Reads the recorded contents of one list of a checked stage, by path.</summary>
    /// <exception cref="DvcException">Every wrong key at once.</exception>
    public Dictionary<string, OutputFields> Contents(YamlMapping? stage, string key)
    {
        var check = new MetafileCheck(_file);
        var contents = new Dictionary<string, OutputFields>(StringComparer.Ordinal);
        var items = (stage?.Find(key) as YamlSequence)?.Items ?? [];
        for (var i = 0; i < items.Count; i++)
        {
            if (check.Output(items[i], i, key) is { } fields)
            {
                contents[fields.Path] = fields;
            }
        }

        check.ThrowIfAny();
        return contents;
    }

    private static ImmutableDictionary<string, YamlKind[]> Any(params string[] keys) => keys.ToImmutableDictionary(static k => k, static _ => Array.Empty<YamlKind>(), StringComparer.Ordinal);
}
