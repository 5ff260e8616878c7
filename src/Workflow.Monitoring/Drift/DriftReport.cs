using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Workflow.Data.Definitions;
using Workflow.Data.Storage;

namespace Workflow.Monitoring.Drift;

/// <summary>The outcome of one comparison of live rows with a reference. Immutable; safe to keep and share.</summary>
public sealed record DriftReport
{
    /// <summary>Gets the digest of the reference.</summary>
    public required ContentDigest Reference { get; init; }

    /// <summary>Gets the number of reference rows.</summary>
    public required long ReferenceRows { get; init; }

    /// <summary>Gets the number of rows in the window.</summary>
    public required long Rows { get; init; }

    /// <summary>Gets the level and the smallest index that matters, as they were in force.</summary>
    public required double SignificanceLevel { get; init; }

    /// <summary>Gets the smallest index that matters, in nats, as it was in force.</summary>
    public required double MinimumPsi { get; init; }

    /// <summary>Gets how p-values were adjusted.</summary>
    public required TestCorrection Correction { get; init; }

    /// <summary>Gets every feature, in the reference's order.</summary>
    public required ImmutableArray<FeatureDrift> Features { get; init; }

    /// <summary>Gets the conclusion: drift where any feature drifted; else not enough evidence where any feature lacks it; else no drift.</summary>
    public DriftVerdict Verdict =>
        Features.Any(f => f.Verdict is DriftVerdict.Drift) ? DriftVerdict.Drift
        : Features.Any(f => f.Verdict is DriftVerdict.NotEnoughEvidence) ? DriftVerdict.NotEnoughEvidence
        : DriftVerdict.NoDrift;

    /// <summary>Gets the share of the features that drifted, from 0 to 1.</summary>
    public double DriftedShare => (double)Features.Count(f => f.Verdict is DriftVerdict.Drift) / Features.Length;

    /// <summary>Writes the report as canonical JSON (RFC 8785); NaN becomes null.</summary>
    public byte[] ToJson() => CanonicalJson.Serialize(ToNode());

    /// <summary>Writes the report as a few lines for people, the drifted features first.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Verdict} over {Rows} rows against {ReferenceRows} reference rows");
        foreach (var f in Features.OrderByDescending(f => f.Verdict).ThenByDescending(f => f.Psi))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  {f.Feature}: PSI {f.Psi:0.0000} (chance: {f.CriticalPsi:0.0000}), p {f.AdjustedPValue:0.###e0}, {f.Verdict}");
        }

        return text.ToString();
    }

    internal JsonObject ToNode() => new()
    {
        ["reference"] = Reference.ToString(),
        ["reference_rows"] = ReferenceRows,
        ["rows"] = Rows,
        ["verdict"] = Verdict.ToString(),
        ["significance_level"] = SignificanceLevel,
        ["minimum_psi"] = MinimumPsi,
        ["correction"] = Correction.ToString(),
        ["features"] = new JsonArray([.. Features.Select(f => new JsonObject
        {
            ["feature"] = f.Feature,
            ["verdict"] = f.Verdict.ToString(),
            ["psi"] = Number(f.Psi),
            ["critical_psi"] = Number(f.CriticalPsi),
            ["p_value"] = Number(f.PValue),
            ["adjusted_p_value"] = Number(f.AdjustedPValue),
            ["method"] = f.Method.ToString(),
            ["bins"] = new JsonArray([.. f.Bins.Select(b => new JsonObject { ["label"] = b.Label, ["reference"] = b.Reference, ["current"] = b.Current })]),
        })]),
    };

    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
