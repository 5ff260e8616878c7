using System.Collections.Immutable;
using System.Globalization;

namespace Workflow.Monitoring.Contracts;

/// <summary>One broken demand of a contract. Immutable.</summary>
public sealed record ContractViolation
{
    /// <summary>The most rows and examples that a violation names: 20.</summary>
    public const int MaximumExamples = 20;

    /// <summary>Gets the column, or null for a demand on the whole table.</summary>
    public string? Column { get; init; }

    /// <summary>Gets which kind of demand is broken.</summary>
    public required ContractCheck Check { get; init; }

    /// <summary>Gets what was demanded, for example <c>at least -120</c>.</summary>
    public required string Expected { get; init; }

    /// <summary>Gets what was found, for example <c>3 rows below -120</c>.</summary>
    public required string Actual { get; init; }

    /// <summary>Gets how many rows break the demand, exactly; 0 for a missing column or a wrong type.</summary>
    public long Count { get; init; }

    /// <summary>Gets the first such rows, counted from 0 over the whole table; at most <see cref="MaximumExamples"/>.</summary>
    public ImmutableArray<long> FirstRows { get; init; } = [];

    /// <summary>Gets the values in <see cref="FirstRows"/>, as invariant text cut at 100 characters; empty for nulls and NaN.</summary>
    public ImmutableArray<string> Examples { get; init; } = [];

    /// <summary>Says it in one line.</summary>
    public override string ToString()
    {
        var place = Column is null ? "table" : $"column '{Column}'";
        var rows = FirstRows.IsEmpty ? "" : $" (first rows {string.Join(", ", FirstRows.Take(5).Select(r => r.ToString(CultureInfo.InvariantCulture)))}";
        var values = Examples.IsEmpty ? "" : $": {string.Join(", ", Examples.Take(5))}";
        return $"{place}: {Actual}{rows}{(rows.Length > 0 ? values + ")" : "")}; expected {Expected}";
    }
}
