using System.Collections.Immutable;
using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning.Stages;

/// <summary>Checks the keys and values of a <c>dvc.yaml</c>, before its templates are evaluated.</summary>
internal sealed class PipelineCheck(string file) : NodeCheck(file)
{
    private static readonly YamlKind[] Text = [YamlKind.Text];
    private static readonly YamlKind[] Truth = [YamlKind.Boolean];

    private static readonly ImmutableDictionary<string, YamlKind[]> TopKeys = Schema([], "datasets", "plots", "stages", "vars", "params", "metrics", "artifacts");

    private static readonly ImmutableDictionary<string, YamlKind[]> StageKeys = Schema([], "matrix", "cmd", "deps", "params", "vars", "meta", "outs", "metrics", "plots")
        .AddRange(Schema(Text, "wdir", "desc"))
        .AddRange(Schema(Truth, "frozen", "always_changed"));

    private static readonly ImmutableDictionary<string, YamlKind[]> LoopKeys = Schema([], "foreach", "do");

    private static readonly ImmutableDictionary<string, YamlKind[]> OutputKeys = Schema(Text, "desc", "type", "remote")
        .AddRange(Schema(Truth, "cache", "persist", "checkpoint", "push"))
        .AddRange(Schema([], "labels", "meta"));

    private static readonly ImmutableDictionary<string, YamlKind[]> PlotKeys = OutputKeys
        .AddRange(Schema(Text, "template", "x", "y", "x_label", "y_label", "title"))
        .AddRange(Schema(Truth, "header"));

    /// <summary>Checks everything and throws when something is wrong.</summary>
    /// <exception cref="DvcException">Every wrong key at once.</exception>
    public void Run(YamlMapping document)
    {
        Keys(document, TopKeys, "");
        Items(document, "params", "", IsText, "a list of paths");
        Items(document, "metrics", "", IsText, "a list of paths");
        Items(document, "vars", "", static n => IsText(n) || n is YamlMapping, "a list of paths and of keys with values");
        Items(document, "plots", "", static n => IsText(n) || n is YamlMapping, "a list of paths and of plots");
        if (document.Find("stages") is { } stages)
        {
            foreach (var (name, stage) in (stages as YamlMapping ?? Wrong<YamlMapping>("stages", stages, "stages by name"))?.Entries ?? [])
            {
                CheckStage($"stages.{name.Text}", stage);
            }
        }

        ThrowIfAny();
    }

    private static ImmutableDictionary<string, YamlKind[]> Schema(YamlKind[] kinds, params string[] keys) =>
        keys.ToImmutableDictionary(static k => k, _ => kinds, StringComparer.Ordinal);

    private static bool IsText(YamlNode node) => node is YamlScalar { Kind: YamlKind.Text };

    private void CheckStage(string where, YamlNode node)
    {
        if (node is not YamlMapping stage)
        {
            Wrong<object>(where, node, "the keys of a stage");
            return;
        }

        if (stage.Find("foreach") is null && stage.Find("do") is null)
        {
            CheckBody(where, stage);
            return;
        }

        Keys(stage, LoopKeys, where + ".");
        switch (stage.Find("foreach"))
        {
            case null:
                Fail(where, stage.Line, "the key 'foreach' is missing beside 'do'");
                break;
            case YamlScalar { Kind: not YamlKind.Text } scalar:
                Wrong<object>(where + ".foreach", scalar, "a list, keys and values, or a template");
                break;
        }

        switch (stage.Find("do"))
        {
            case null:
                Fail(where, stage.Line, "the key 'do' is missing beside 'foreach'");
                break;
            case YamlMapping body:
                CheckBody(where + ".do", body);
                break;
            case var other:
                Wrong<object>(where + ".do", other, "the keys of a stage");
                break;
        }
    }

    private void CheckBody(string where, YamlMapping stage)
    {
        Keys(stage, StageKeys, where + ".");
        switch (stage.Find("cmd"))
        {
            case null:
                Fail(where, stage.Line, "the key 'cmd' is missing");
                break;
            case YamlScalar { Kind: not YamlKind.Text } or YamlMapping:
                Wrong<object>(where + ".cmd", stage.Find("cmd")!, "text or a list");
                break;
        }

        if (stage.Find("matrix") is { } matrix)
        {
            foreach (var (key, axis) in (matrix as YamlMapping ?? Wrong<YamlMapping>(where + ".matrix", matrix, "keys with lists"))?.Entries ?? [])
            {
                if (axis is not YamlSequence && !IsText(axis))
                {
                    Wrong<object>($"{where}.matrix.{key.Text}", axis, "a list or a template");
                }
            }
        }

        Items(stage, "deps", where, IsText, "a list of paths");
        Items(stage, "params", where, static n => IsText(n) || n is YamlMapping, "a list of keys and of files with keys");
        Items(stage, "vars", where, static n => IsText(n) || n is YamlMapping, "a list of paths and of keys with values");
        Outputs(stage, "outs", where, OutputKeys);
        Outputs(stage, "metrics", where, OutputKeys);
        Outputs(stage, "plots", where, PlotKeys);
    }

    private void Outputs(YamlMapping stage, string key, string where, ImmutableDictionary<string, YamlKind[]> keys)
    {
        foreach (var item in Items(stage, key, where, static n => IsText(n) || n is YamlMapping, "a list of paths").OfType<YamlMapping>())
        {
            foreach (var (path, flags) in item.Entries)
            {
                if ((flags as YamlMapping ?? Wrong<YamlMapping>($"{where}.{key}.{path.Text}", flags, "keys and values")) is { } mapping)
                {
                    Keys(mapping, keys, $"{where}.{key}.{path.Text}.");
                }
            }
        }
    }

    private List<YamlNode> Items(YamlMapping mapping, string key, string where, Predicate<YamlNode> isRight, string expected)
    {
        var place = where.Length == 0 ? key : $"{where}.{key}";
        switch (mapping.Find(key))
        {
            case null:
                return [];
            case YamlSequence list:
                foreach (var item in list.Items.Where(i => !isRight(i)))
                {
                    Wrong<object>(place, item, expected);
                }

                return list.Items;
            case var other:
                Wrong<object>(place, other, expected);
                return [];
        }
    }
}
