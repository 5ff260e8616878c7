using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Workflow.Data.Definitions;

namespace Workflow.Monitoring.Feedback;

/// <summary>What a policy decided and why. Immutable.</summary>
public sealed record RetrainDecision
{
    /// <summary>Gets the moment for which it was decided, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Gets the decision.</summary>
    public required RetrainVerdict Verdict { get; init; }

    /// <summary>Gets what every condition said, in the policy's order.</summary>
    public required ImmutableArray<RetrainReason> Reasons { get; init; }

    /// <summary>Writes the decision as canonical JSON (RFC 8785).</summary>
    public byte[] ToJson() => CanonicalJson.Serialize(new JsonObject
    {
        ["at"] = At.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture),
        ["verdict"] = Verdict.ToString(),
        ["reasons"] = new JsonArray([.. Reasons.Select(r => new JsonObject { ["condition"] = r.Condition, ["outcome"] = r.Outcome.ToString(), ["text"] = r.Text })]),
    });

    /// <summary>Writes the decision as a few lines for people.</summary>
    public override string ToString() => string.Join('\n', Reasons.Select(r => $"  {r.Condition}: {r.Outcome}. {r.Text}").Prepend(Verdict.ToString()));
}
