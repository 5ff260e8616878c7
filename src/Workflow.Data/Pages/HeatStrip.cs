using System.Collections.Immutable;
using System.Globalization;

namespace Workflow.Data.Pages;

/// <summary>A row of cells for each name and a column for each window, darker for more. Immutable.</summary>
public sealed record HeatStrip : Chart
{
    private const double RowHeight = 24;
    private const double Right = 920;

    /// <summary>Gets the names of the columns, in order.</summary>
    public required ImmutableArray<string> Columns { get; init; }

    /// <summary>Gets the rows, in order.</summary>
    public required ImmutableArray<HeatRow> Rows { get; init; }

    /// <summary>Gets the four values at which a cell takes the next darker step.</summary>
    public required ImmutableArray<double> Breaks { get; init; }

    /// <summary>Gets what a value is, with its unit, for example <c>PSI (nats)</c>.</summary>
    public required string Unit { get; init; }

    /// <summary>Gets what a marked cell means, for example <c>alarm</c>.</summary>
    public string Mark { get; init; } = "marked";

    private protected override double Draw(Markup markup)
    {
        if (Breaks.Length != Theme.Steps - 1 || Breaks.Zip(Breaks.Skip(1)).Any(p => !(p.First < p.Second)))
        {
            throw new InvalidOperationException($"Chart '{Title}' needs {Theme.Steps - 1} ascending breaks, got {string.Join(", ", Breaks)}.");
        }

        if (Rows.FirstOrDefault(r => r.Values.Length != Columns.Length) is { } misfit)
        {
            throw new InvalidOperationException($"Chart '{Title}' has {Columns.Length} columns; row '{misfit.Name}' has {misfit.Values.Length} values.");
        }

        var left = Rows.IsEmpty ? 0 : Math.Min(260, Rows.Max(r => WidthOf(r.Name)) + 12);
        var cell = Math.Min(72, (Right - left) / Math.Max(1, Columns.Length));
        var top = 58.0;
        Legend(markup);
        for (var row = 0; row < Rows.Length; row++)
        {
            DrawRow(markup, Rows[row], left, top + (row * RowHeight), cell);
        }

        var bottom = top + (Rows.Length * RowHeight);
        var every = Columns.IsEmpty ? 1 : Math.Max(1, (int)Math.Ceiling((Columns.Max(WidthOf) + 8) / cell));
        for (var column = 0; column < Columns.Length; column += every)
        {
            // The first and the last name may be wider than their cell and must not leave the drawing.
            var x = left + ((column + 0.5) * cell);
            Label(markup, Math.Min(x, Right - (WidthOf(Columns[column]) / 2)), bottom + 18, Columns[column], "m c");
        }

        return bottom + 28;
    }

    // One shape for all cells of a step: a hundred rows of half a year of weeks stay small.
    private void DrawRow(Markup markup, HeatRow row, double left, double y, double cell)
    {
        markup.Open("g").Element("title", $"{row.Name}: {string.Join(", ", Columns.Select((c, i) => $"{c} {Text(row.Values[i])}{(row.Marked.Contains(i) ? $" ({Mark})" : "")}"))}");
        Label(markup, left - 8, y + 16, Fit(row.Name, left - 10), "e");
        foreach (var step in Enumerable.Range(0, Columns.Length).GroupBy(i => StepOf(row.Values[i])).OrderBy(g => g.Key))
        {
            var d = string.Concat(step.Select(i => $"M{Markup.Number(left + (i * cell) + 1)} {Markup.Number(y + 1)}h{Markup.Number(Math.Max(1, cell - 2))}v{Markup.Number(RowHeight - 2)}h-{Markup.Number(Math.Max(1, cell - 2))}z"));
            markup.Empty("path", ("class", step.Key < 0 ? "hn" : $"h{step.Key}"), ("d", d));
        }

        for (var column = 0; column < Columns.Length; column++)
        {
            var (value, step) = (row.Values[column], StepOf(row.Values[column]));
            var mark = row.Marked.Contains(column) ? "▲" : "";
            var text = cell < 40 || step < 0 ? mark : mark + value.ToString(value >= 10 ? "0" : "0.00", CultureInfo.InvariantCulture);
            if (text.Length > 0)
            {
                Label(markup, left + ((column + 0.5) * cell), y + 16, text, step < 0 ? "c" : $"c i{step}");
            }
        }

        markup.Close("g");
    }

    private int StepOf(double value) => double.IsFinite(value) ? Breaks.Count(b => value >= b) : -1;

    private static string Text(double value) => double.IsFinite(value) ? value.ToString("0.000", CultureInfo.InvariantCulture) : "–";

    private void Legend(Markup markup)
    {
        Label(markup, 0, 40, Unit, "m");
        var x = WidthOf(Unit) + 16;
        for (var step = 0; step < Theme.Steps; step++)
        {
            markup.Empty("rect", ("class", $"h{step}"), ("x", Markup.Number(x)), ("y", "28"), ("width", "18"), ("height", "16"), ("rx", "2"));
            var text = step == 0 ? $"< {Short(Breaks[0])}" : step == Theme.Steps - 1 ? $"≥ {Short(Breaks[^1])}" : $"{Short(Breaks[step - 1])} – {Short(Breaks[step])}";
            Label(markup, x + 24, 40, text);
            x += 24 + WidthOf(text) + 16;
        }

        Label(markup, x, 40, $"▲ {Mark}");
    }

    private static string Short(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
