using System.Globalization;
using Workflow.Features.Aggregation;

namespace Workflow.Features.Views;

internal abstract record ExpressionNode
{
    /// <summary>Computes one row; null is <see cref="Missing.Value"/>.</summary>
    public abstract double Evaluate(ReadOnlySpan<double[]> columns, int row);

    internal sealed record Number(double Value) : ExpressionNode
    {
        public override double Evaluate(ReadOnlySpan<double[]> columns, int row) => Value;

        public override string ToString() => Value.ToString("R", CultureInfo.InvariantCulture);
    }

    internal sealed record Column(string Name, int Index) : ExpressionNode
    {
        public override double Evaluate(ReadOnlySpan<double[]> columns, int row) => columns[Index][row];

        public override string ToString() => Name;
    }

    internal sealed record Unary(string Operator, ExpressionNode Operand) : ExpressionNode
    {
        public override double Evaluate(ReadOnlySpan<double[]> columns, int row)
        {
            var value = Operand.Evaluate(columns, row);
            return Missing.Is(value) ? value : Operator == "-" ? Missing.Canonical(-value) : value != 0 ? 0 : 1;
        }

        public override string ToString() => $"({Operator} {Operand})";
    }

    internal sealed record Logic(bool IsAnd, ExpressionNode Left, ExpressionNode Right) : ExpressionNode
    {
        public override double Evaluate(ReadOnlySpan<double[]> columns, int row)
        {
            // Both sides are asked: false and null is false, true or null is true, in either order.
            var (left, right) = (Left.Evaluate(columns, row), Right.Evaluate(columns, row));
            var decides = IsAnd ? 0.0 : 1.0;
            if ((!Missing.Is(left) && Truth(left) == decides) || (!Missing.Is(right) && Truth(right) == decides))
            {
                return decides;
            }

            return Missing.Is(left) || Missing.Is(right) ? Missing.Value : 1 - decides;
        }

        public override string ToString() => $"({Left} {(IsAnd ? "and" : "or")} {Right})";

        private static double Truth(double value) => value != 0 ? 1 : 0;
    }

    internal sealed record Binary(string Operator, ExpressionNode Left, ExpressionNode Right) : ExpressionNode
    {
        private readonly Func<double, double, double> _apply = Operator switch
        {
            "+" => static (a, b) => Missing.Canonical(a + b),
            "-" => static (a, b) => Missing.Canonical(a - b),
            "*" => static (a, b) => Missing.Canonical(a * b),
            "/" => static (a, b) => Missing.Canonical(a / b),
            "=" => static (a, b) => a == b ? 1 : 0,
            "!=" => static (a, b) => a != b ? 1 : 0,
            "<" => static (a, b) => a < b ? 1 : 0,
            "<=" => static (a, b) => a <= b ? 1 : 0,
            ">" => static (a, b) => a > b ? 1 : 0,
            _ => static (a, b) => a >= b ? 1 : 0,
        };

        public override double Evaluate(ReadOnlySpan<double[]> columns, int row)
        {
            var (left, right) = (Left.Evaluate(columns, row), Right.Evaluate(columns, row));
            return Missing.Is(left) || Missing.Is(right) ? Missing.Value : _apply(left, right);
        }

        public override string ToString() => $"({Left} {Operator} {Right})";
    }

    internal sealed record Call(ExpressionFunction Function, ExpressionNode First, ExpressionNode? Second) : ExpressionNode
    {
        public override double Evaluate(ReadOnlySpan<double[]> columns, int row) =>
            Function.Apply(First.Evaluate(columns, row), Second is null ? 0 : Second.Evaluate(columns, row));

        public override string ToString() => Second is null ? $"{Function.Name}({First})" : $"{Function.Name}({First}, {Second})";
    }
}
