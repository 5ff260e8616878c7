using System.Text;
using Workflow.Data.Versioning;
using Workflow.Data.Versioning.Stages;

namespace Workflow.Cli.Data;

/// <summary>A status of stages for people.</summary>
internal static class StageStatusText
{
    private const int Column = 20;

    public static string Of(DataStageStatusResult status)
    {
        if (status.IsClean)
        {
            return "Data and pipelines are up to date.\n";
        }

        var text = new StringBuilder();
        foreach (var stage in status.Stages)
        {
            text.Append(stage.Address).Append(":\n");
            Changes(text, "changed deps", stage.Dependencies);
            Changes(text, "changed outs", stage.Outputs);
            text.Append(stage.IsAlwaysChanged ? "\talways changed\n" : "")
                .Append(stage.IsCommandChanged ? "\tchanged command\n" : "")
                .Append(stage.IsChecksumChanged ? "\tchanged checksum\n" : "");
        }

        return text.ToString();
    }

    private static void Changes(StringBuilder text, string title, IReadOnlyList<StageChange> changes)
    {
        if (changes.Count == 0)
        {
            return;
        }

        text.Append('\t').Append(title).Append(":\n");
        foreach (var change in changes)
        {
            if (change.Kind is { } kind)
            {
                Line(text, 2, kind, change.Path);
                continue;
            }

            text.Append("\t\t").Append(change.Path).Append(":\n");
            foreach (var parameter in change.Parameters)
            {
                Line(text, 3, parameter.Kind ?? StageChangeKind.Modified, parameter.Path);
            }
        }
    }

    private static void Line(StringBuilder text, int indent, StageChangeKind kind, string path) =>
        text.Append('\t', indent).Append($"{DataStageStatusResult.NameOf(kind)}:".PadRight(Column)).Append(path).Append('\n');
}
