using System.Globalization;

namespace Workflow.Data.Registry;

/// <summary>A condition on a fact that is a number, for example a metric. Immutable.</summary>
/// <param name="Name">The fact's name.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Value">With what; not NaN.</param>
/// <remarks>A version without the fact, or whose fact is not a number or NaN, does not meet any condition.</remarks>
public sealed record FactCondition(string Name, FactOperator Operator, double Value)
{
    internal bool IsMetBy(ModelVersion version) =>
        version.Facts.TryGetValue(Name, out var text)
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var fact)
        && !double.IsNaN(fact)
        && Operator switch
        {
            FactOperator.Below => fact < Value,
            FactOperator.AtMost => fact <= Value,
            FactOperator.Equal => fact.Equals(Value),
            FactOperator.NotEqual => !fact.Equals(Value),
            FactOperator.AtLeast => fact >= Value,
            FactOperator.Above => fact > Value,
            _ => throw new ArgumentOutOfRangeException(nameof(version), Operator, "There is no such operator."),
        };
}
