using System.Globalization;

namespace Workflow.Data.Pages;

/// <summary>An axis whose marks are round numbers.</summary>
internal readonly record struct NiceScale(double Low, double High, double Step)
{
    /// <summary>Covers values with about five marks. Without finite values it runs from 0 to 1.</summary>
    public static NiceScale Over(IEnumerable<double> values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        var (low, high) = finite.Length == 0 ? (0.0, 1.0) : (finite.Min(), finite.Max());
        if (high - low < 1e-9 * Math.Max(1, Math.Abs(high)))
        {
            var half = high == 0 ? 0.5 : Math.Abs(high) / 10;
            (low, high) = (low - half, high + half);
        }

        var rough = (high - low) / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 } * power;
        return new NiceScale(Math.Floor((low / step) + 1e-9) * step, Math.Ceiling((high / step) - 1e-9) * step, step);
    }

    public IEnumerable<double> Marks()
    {
        var count = (int)Math.Round((High - Low) / Step);
        for (var i = 0; i <= count; i++)
        {
            yield return Low + (i * Step);
        }
    }

    public string Text(double value)
    {
        var digits = Math.Max(0, (int)Math.Ceiling(-Math.Log10(Step) - 1e-9));
        return digits > 8 || Math.Abs(value) >= 1e9
            ? value.ToString("0.###e0", CultureInfo.InvariantCulture)
            : (Math.Round(value, digits) + 0.0).ToString(digits == 0 ? "#,0" : "0." + new string('0', digits), CultureInfo.InvariantCulture);
    }
}
