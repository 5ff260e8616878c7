using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Workflow.Data.Definitions;

namespace Workflow.Monitoring.Performance;

/// <summary>How well a model did, window by window. Immutable.</summary>
public sealed record PerformanceReport
{
    /// <summary>Gets the moment as of which it was judged, UTC.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>Gets the windows that have predictions, in order of time.</summary>
    public required ImmutableArray<WindowPerformance> Windows { get; init; }

    /// <summary>Gets the predictions whose request id had been seen before; they were left out.</summary>
    public required long DuplicatePredictions { get; init; }

    /// <summary>Gets the labels for which there was no prediction, those of another arm or version included.</summary>
    public required long UnmatchedLabels { get; init; }

    /// <summary>Gets the predictions that came after their window had been closed.</summary>
    public required long LatePredictions { get; init; }

    /// <summary>Gets the newest window that is not provisional and has an AUC, or null.</summary>
    public WindowPerformance? NewestFinal => Windows.LastOrDefault(w => !w.IsProvisional && w.Auc is not null);

    /// <summary>Writes the report as canonical JSON (RFC 8785).</summary>
    public byte[] ToJson() => CanonicalJson.Serialize(new JsonObject
    {
        ["as_of"] = Text(AsOf),
        ["duplicate_predictions"] = DuplicatePredictions,
        ["unmatched_labels"] = UnmatchedLabels,
        ["late_predictions"] = LatePredictions,
        ["windows"] = new JsonArray([.. Windows.Select(w => new JsonObject
        {
            ["start"] = Text(w.Start),
            ["end"] = Text(w.End),
            ["predictions"] = w.Predictions,
            ["labelled"] = w.Labelled,
            ["positives"] = w.Positives,
            ["mean_delay_seconds"] = w.MeanDelay?.TotalSeconds,
            ["auc"] = w.Auc?.Value,
            ["auc_lower"] = w.Auc?.Lower,
            ["auc_upper"] = w.Auc?.Upper,
            ["log_loss"] = w.LogLoss,
            ["brier"] = w.Brier,
            ["is_provisional"] = w.IsProvisional,
        })]),
    });

    private static string Text(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
