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

    private void DrawRow(Markup markup, HeatRow row, double left, double y, double cell)
    {
        Label(markup, left - 8, y + 16, Fit(row.Name, left - 10), "e");
        for (var column = 0; column < Columns.Length; column++)
        {
            var value = row.Values[column];
            var step = double.IsFinite(value) ? Breaks.Count(b => value >= b) : -1;
            var text = step < 0 ? "no value" : value.ToString("0.000", CultureInfo.InvariantCulture);
            var isMarked = row.Marked.Contains(column);
            var x = left + (column * cell);
            markup.Open("g").Element("title", $"{row.Name}, {Columns[column]}: {text}{(isMarked ? $", {Mark}" : "")}")
                .Empty("rect", ("class", step < 0 ? "hn" : $"h{step}"), ("x", Markup.Number(x + 1)), ("y", Markup.Number(y + 1)), ("width", Markup.Number(Math.Max(1, cell - 2))), ("height", Markup.Number(RowHeight - 2)), ("rx", "2"));
            if (step >= 0 && cell >= 36)
            {
                Label(markup, x + (cell / 2), y + 16, (isMarked ? "▲" : "") + (value >= 10 ? value.ToString("0", CultureInfo.InvariantCulture) : value.ToString("0.00", CultureInfo.InvariantCulture)), $"c i{step}");
            }
            else if (isMarked && step >= 0)
            {
                Label(markup, x + (cell / 2), y + 16, "▲", $"c i{step}");
            }

            markup.Close("g");
        }
    }

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
