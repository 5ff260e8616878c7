using System.Text.Json.Nodes;

namespace Workflow.Training.Gates;

/// <summary>One metric of a gate's report. Immutable.</summary>
public sealed record GateMetric
{
    /// <summary>Gets the metric: <c>area_under_curve</c> or <c>log_loss</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the champion's value on all rows.</summary>
    public required double Champion { get; init; }

    /// <summary>Gets the challenger's value on the same rows.</summary>
    public required double Challenger { get; init; }

    /// <summary>Gets challenger − champion.</summary>
    public double Delta => Challenger - Champion;

    /// <summary>Gets the lower bound of the interval of the difference.</summary>
    public required double Low { get; init; }

    /// <summary>Gets the upper bound of the interval of the difference.</summary>
    public required double High { get; init; }

    /// <summary>Gets the bound of the rule: the least gain, or the greatest rise.</summary>
    public required double Bound { get; init; }

    internal JsonObject ToJson() => new()
    {
        ["name"] = Name,
        ["champion"] = Number(Champion),
        ["challenger"] = Number(Challenger),
        ["delta"] = Number(Delta),
        ["low"] = Number(Low),
        ["high"] = Number(High),
        ["bound"] = Number(Bound),
    };

    private static JsonNode? Number(double value) => double.IsFinite(value) ? value : null;
}
