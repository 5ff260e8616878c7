using System.Collections.Immutable;

namespace Workflow.Data.Pages;

/// <summary>Lines over evenly spaced positions such as weeks, with bands and limits. Immutable.</summary>
public sealed record LineChart : Chart
{
    private const double Top = 72;
    private const double PlotHeight = 230;
    private const double Right = 900;

    /// <summary>Gets the names of the positions, in order.</summary>
    public required ImmutableArray<string> Positions { get; init; }

    /// <summary>Gets the lines: at most six can be told apart.</summary>
    public required ImmutableArray<ChartSeries> Series { get; init; }

    /// <summary>Gets horizontal lines.</summary>
    public ImmutableArray<ChartMark> Marks { get; init; } = [];

    /// <summary>Gets what the positions are, for example <c>week starting</c>.</summary>
    public required string XLabel { get; init; }

    /// <summary>Gets what the values are, with their unit.</summary>
    public required string YLabel { get; init; }

    private protected override double Draw(Markup markup)
    {
        foreach (var series in Series)
        {
            if (series.Values.Length != Positions.Length || series.Lower.Length != series.Upper.Length || (!series.Lower.IsEmpty && series.Lower.Length != Positions.Length))
            {
                throw new InvalidOperationException($"Chart '{Title}' has {Positions.Length} positions; series '{series.Name}' has {series.Values.Length} values and a band of {series.Lower.Length} and {series.Upper.Length}.");
            }
        }

        var scale = NiceScale.Over(Series.SelectMany(s => s.Values.Concat(s.Lower).Concat(s.Upper)).Concat(Marks.Select(m => m.Value)));
        var left = 16 + scale.Marks().Max(v => WidthOf(scale.Text(v)));
        var bottom = Top + PlotHeight;
        double X(int i) => left + 20 + ((Right - left - 40) * (Positions.Length < 2 ? 0.5 : (double)i / (Positions.Length - 1)));
        double Y(double v) => bottom - (PlotHeight * (v - scale.Low) / (scale.High - scale.Low));

        Legend(markup);
        Label(markup, 0, Top - 14, YLabel, "m");
        foreach (var value in scale.Marks())
        {
            Line(markup, left, Y(value), Right, Y(value), "g");
            Label(markup, left - 8, Y(value) + 4, scale.Text(value), "m e");
        }

        Line(markup, left, bottom, Right, bottom, "x");
        DrawPositions(markup, X, bottom);
        Label(markup, (left + Right) / 2, bottom + 42, XLabel, "m c");
        foreach (var mark in Marks.Where(m => double.IsFinite(m.Value)))
        {
            Line(markup, left, Y(mark.Value), Right, Y(mark.Value), "r");
            Label(markup, Right, Y(mark.Value) - 5, mark.Name, "m e halo");
        }

        for (var i = 0; i < Series.Length; i++)
        {
            DrawSeries(markup, i, X, Y);
        }

        return bottom + 52;
    }

    private void Legend(Markup markup)
    {
        var x = 0.0;
        for (var i = 0; i < Series.Length; i++)
        {
            var style = i % Theme.Series;
            Line(markup, x, 32, x + 26, 32, $"s{style}");
            Marker(markup, style, x + 13, 32);
            var name = Fit(Series[i].Name + (Series[i].Lower.IsEmpty ? "" : " (band: interval)"), 280);
            Label(markup, x + 32, 36, name);
            x += 32 + WidthOf(name) + 22;
        }
    }

    // As many names as fit; the first is always there.
    private void DrawPositions(Markup markup, Func<int, double> x, double bottom)
    {
        var room = Positions.Length < 2 ? Right : x(1) - x(0);
        var every = Positions.IsEmpty ? 1 : Math.Max(1, (int)Math.Ceiling((Positions.Max(WidthOf) + 10) / room));
        for (var i = 0; i < Positions.Length; i++)
        {
            Line(markup, x(i), bottom, x(i), bottom + (i % every == 0 ? 6 : 3), "x");
            if (i % every == 0)
            {
                // The last name may be wider than its place and must not leave the drawing.
                Label(markup, Math.Min(x(i), Width - (WidthOf(Positions[i]) / 2)), bottom + 20, Positions[i], "m c");
            }
        }
    }

    private void DrawSeries(Markup markup, int index, Func<int, double> x, Func<double, double> y)
    {
        var series = Series[index];
        var style = index % Theme.Series;
        foreach (var (start, end) in Runs(series.Lower.IsEmpty ? [] : [.. series.Lower.Zip(series.Upper, (a, b) => a + b)]))
        {
            var there = Enumerable.Range(start, end - start).Select(i => $"{Markup.Number(x(i))} {Markup.Number(y(series.Upper[i]))}");
            var back = Enumerable.Range(start, end - start).Reverse().Select(i => $"{Markup.Number(x(i))} {Markup.Number(y(series.Lower[i]))}");
            markup.Empty("path", ("class", $"b{style}"), ("d", "M" + string.Join('L', there.Concat(back)) + "Z"));
        }

        foreach (var (start, end) in Runs(series.Values))
        {
            markup.Empty("path", ("class", $"s{style}"), ("d", "M" + string.Join('L', Enumerable.Range(start, end - start).Select(i => $"{Markup.Number(x(i))} {Markup.Number(y(series.Values[i]))}"))));
        }

        for (var i = 0; i < series.Values.Length; i++)
        {
            if (double.IsFinite(series.Values[i]))
            {
                markup.Open("g").Element("title", $"{series.Name}, {Positions[i]}: {series.Values[i].ToString("G5", System.Globalization.CultureInfo.InvariantCulture)}");
                Marker(markup, style, x(i), y(series.Values[i]));
                markup.Close("g");
            }
        }
    }

    // A shape of its own for each series.
    private static void Marker(Markup markup, int style, double x, double y)
    {
        var (px, py) = (Markup.Number(x), Markup.Number(y));
        var d = style switch
        {
            0 => $"M{Markup.Number(x - 3)} {py}a3 3 0 1 0 6 0a3 3 0 1 0 -6 0",
            1 => $"M{Markup.Number(x - 3)} {Markup.Number(y - 3)}h6v6h-6z",
            2 => $"M{px} {Markup.Number(y - 4)}l4 7h-8z",
            3 => $"M{px} {Markup.Number(y - 4)}l4 4l-4 4l-4 -4z",
            4 => $"M{px} {Markup.Number(y + 4)}l4 -7h-8z",
            _ => $"M{Markup.Number(x - 1)} {Markup.Number(y - 4)}h2v3h3v2h-3v3h-2v-3h-3v-2h3z",
        };
        markup.Empty("path", ("class", $"f{style}"), ("d", d));
    }

    private static IEnumerable<(int Start, int End)> Runs(ImmutableArray<double> values)
    {
        for (var start = 0; start < values.Length; start++)
        {
            if (!double.IsFinite(values[start]))
            {
                continue;
            }

            var end = start;
            while (end < values.Length && double.IsFinite(values[end]))
            {
                end++;
            }

            yield return (start, end);
            start = end;
        }
    }
}
