using System.Collections.Immutable;
using Apache.Arrow;
using Workflow.Features.Aggregation;
using Workflow.Features.Joins;

namespace Workflow.Features.Views;

/// <summary>A formula over the columns of one row, written as text: <c>delay > 15 and not is_null(distance)</c>. Immutable.</summary>
/// <remarks>
/// <para>
/// Values are float64; booleans are 0 and 1, timestamps microseconds since 1970 UTC. Null spreads through arithmetic and comparisons;
/// <c>and</c>, <c>or</c> and <c>not</c> follow SQL's three-valued logic, where NaN is true as any other non-zero number. Dividing by zero
/// gives an infinity or NaN.
/// </para>
/// <para>
/// Operators by rising precedence: <c>or</c> · <c>and</c> · <c>not</c> · <c>= != &lt; &lt;= &gt; &gt;=</c> · <c>+ -</c> · <c>* /</c> · unary <c>-</c>.
/// Functions: <c>hour</c>, <c>minute</c>, <c>weekday</c> (0 Monday to 6 Sunday), <c>month</c> of a timestamp in UTC; <c>abs</c>,
/// <c>floor</c>, <c>is_null</c>, <c>coalesce(a, b)</c>. Names of columns are letters, digits, underscores and points.
/// </para>
/// </remarks>
public sealed class Expression
{
    private readonly ExpressionNode _root;

    private Expression(ExpressionNode root, ImmutableArray<string> columns) => (_root, Columns) = (root, columns);

    /// <summary>Gets the columns that the formula reads, each once, in the order of their first use.</summary>
    public ImmutableArray<string> Columns { get; }

    /// <summary>Reads a formula.</summary>
    /// <param name="text">At most 4096 characters.</param>
    /// <exception cref="FormatException">The text is no formula; says where and what was expected.</exception>
    public static Expression Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new ExpressionParser(text);
        var root = parser.Parse();
        return new Expression(root, parser.Columns);
    }

    /// <summary>Computes one row.</summary>
    /// <param name="value">Gives a column's value in the row; null for null. Booleans are 0 and 1, timestamps microseconds since 1970 UTC.</param>
    /// <returns>The result; null for null.</returns>
    public double? Evaluate(Func<string, double?> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var columns = Columns.Select(name => new[] { value(name) is { } present ? Missing.Canonical(present) : Missing.Value }).ToArray();
        var result = _root.Evaluate(columns, 0);
        return Missing.Is(result) ? null : result;
    }

    /// <summary>Gives the formula fully parenthesised: equal formulas have equal text.</summary>
    public override string ToString() => _root.ToString();

    /// <summary>Computes every row of a batch.</summary>
    internal void Evaluate(RecordBatch batch, ColumnReader reader, Span<double> values)
    {
        var columns = new double[Columns.Length][];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = reader.Numbers(batch, Columns[i]);
        }

        for (var row = 0; row < batch.Length; row++)
        {
            values[row] = _root.Evaluate(columns, row);
        }
    }
}
