using System.Collections.Frozen;
using Workflow.Features.Aggregation;

namespace Workflow.Features.Views;

/// <summary>A function that formulas may call.</summary>
/// <remarks>It takes 1 or 2 arguments; the second argument of a function of one is 0.</remarks>
internal sealed record ExpressionFunction(string Name, int Arguments, Func<double, double, double> Apply)
{
    private const double Minute = 60e6;
    private const double Hour = 60 * Minute;
    private const double Day = 24 * Hour;

    public static readonly FrozenDictionary<string, ExpressionFunction> All = new[]
    {
        OfValue("hour", static t => Math.Floor(FloorModulo(t, Day) / Hour)),
        OfValue("minute", static t => Math.Floor(FloorModulo(t, Hour) / Minute)),

        // 1970-01-01 was a Thursday.
        OfValue("weekday", static t => FloorModulo(Math.Floor(t / Day) + 3, 7)),
        OfValue("month", static t => FeatureTime.IsInRange(t) ? FeatureTime.ToDateTime((long)t).Month : double.NaN),
        OfValue("abs", Math.Abs),
        OfValue("floor", Math.Floor),
        new ExpressionFunction("is_null", 1, static (a, _) => Missing.Is(a) ? 1 : 0),
        new ExpressionFunction("coalesce", 2, static (a, b) => Missing.Is(a) ? b : a),
    }.ToFrozenDictionary(static f => f.Name, StringComparer.Ordinal);

    private static ExpressionFunction OfValue(string name, Func<double, double> apply) =>
        new(name, 1, (a, _) => Missing.Is(a) ? a : Missing.Canonical(apply(a)));

    private static double FloorModulo(double value, double divisor) => value - (Math.Floor(value / divisor) * divisor);
}
