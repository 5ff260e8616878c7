using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Workflow.Data.Definitions;
using Workflow.Data.Storage;

namespace Workflow.Training.Gates;

/// <summary>A gate's verdict and everything that it rests on. Immutable.</summary>
public sealed record GateReport
{
    /// <summary>Gets the verdict.</summary>
    public required GateVerdict Verdict { get; init; }

    /// <summary>Gets why, in sentences; at least one.</summary>
    public required ImmutableArray<string> Reasons { get; init; }

    /// <summary>Gets the area under the ROC curve.</summary>
    public required GateMetric Area { get; init; }

    /// <summary>Gets the log loss, in nats.</summary>
    public required GateMetric LogLoss { get; init; }

    /// <summary>Gets the number of rows.</summary>
    public required int Rows { get; init; }

    /// <summary>Gets the number of rows of class 1.</summary>
    public required int Positives { get; init; }

    /// <summary>Gets the number of clusters of rows that depend on one another, or null where rows are independent.</summary>
    public required int? Clusters { get; init; }

    /// <summary>Gets the number of groups that were resampled: the clusters or rows, or what they were dealt into.</summary>
    public required int Groups { get; init; }

    /// <summary>Gets the number of resamples.</summary>
    public required int Resamples { get; init; }

    /// <summary>Gets the probability with which each interval covers the truth.</summary>
    public required double Confidence { get; init; }

    /// <summary>Gets the seed.</summary>
    public required long Seed { get; init; }

    /// <summary>
    /// Gets about how many such rows would give a verdict with probability 0.8 if the true differences are the observed ones;
    /// null where there is a verdict, or no number of rows would help.
    /// </summary>
    public required long? RowsNeeded { get; init; }

    /// <summary>Gets the digest of the report's canonical JSON: its identity.</summary>
    public ContentDigest Digest => CanonicalJson.Digest(ToJson());

    /// <summary>Gives the report as JSON. Numbers that are not finite are null.</summary>
    public JsonObject ToJson() => new()
    {
        ["gate"] = "paired-bootstrap",
        ["version"] = 1,
        ["verdict"] = Verdict.ToString(),
        ["reasons"] = new JsonArray([.. Reasons.Select(r => (JsonNode)r)]),
        ["metrics"] = new JsonArray(Area.ToJson(), LogLoss.ToJson()),
        ["rows"] = Rows,
        ["positives"] = Positives,
        ["clusters"] = Clusters,
        ["groups"] = Groups,
        ["resamples"] = Resamples,
        ["confidence"] = Confidence,
        ["seed"] = Seed,
        ["rowsNeeded"] = RowsNeeded,
    };
}
