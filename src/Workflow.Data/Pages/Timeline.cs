using System.Collections.Immutable;
using System.Globalization;

namespace Workflow.Data.Pages;

/// <summary>What happened when: one row for each moment or span, on one axis of time in UTC. Immutable.</summary>
public sealed record Timeline : Chart
{
    private const double RowHeight = 30;
    private const double Right = 912;

    /// <summary>Gets the items, in the order of their rows.</summary>
    public required ImmutableArray<TimelineItem> Items { get; init; }

    private protected override double Draw(Markup markup)
    {
        var left = Items.IsEmpty ? 200 : Math.Clamp(Items.Max(i => WidthOf(i.Label)) + 16, 120, 320);
        var low = Items.IsEmpty ? DateTimeOffset.UnixEpoch : Items.Min(i => i.Start).ToUniversalTime();
        var high = Items.IsEmpty ? low : Items.Max(i => i.End ?? i.Start).ToUniversalTime();
        if (high <= low)
        {
            (low, high) = (low.AddHours(-12), high.AddHours(12));
        }

        double X(DateTimeOffset moment) => left + 8 + ((Right - left - 16) * ((moment - low) / (high - low)));
        const double top = 32;
        var bottom = top + (Items.Length * RowHeight);
        DrawAxis(markup, low, high, X, top, bottom);
        for (var i = 0; i < Items.Length; i++)
        {
            DrawItem(markup, Items[i], X, left, top + (i * RowHeight));
        }

        return bottom + 44;
    }

    private static void DrawAxis(Markup markup, DateTimeOffset low, DateTimeOffset high, Func<DateTimeOffset, double> x, double top, double bottom)
    {
        const int marks = 6;
        var format = high - low < TimeSpan.FromDays(3) ? "MM-dd HH:mm" : "yyyy-MM-dd";
        for (var i = 0; i < marks; i++)
        {
            var moment = low + ((high - low) * i / (marks - 1));
            Line(markup, x(moment), top, x(moment), bottom + 4, "g");
            Label(markup, x(moment), bottom + 18, moment.ToString(format, CultureInfo.InvariantCulture), i == 0 ? "m" : i == marks - 1 ? "m e" : "m c");
        }

        Label(markup, Right, bottom + 36, "time (UTC)", "m e");
    }

    private static void DrawItem(Markup markup, TimelineItem item, Func<DateTimeOffset, double> x, double left, double y)
    {
        var (start, end) = (x(item.Start), x(item.End ?? item.Start));
        var tone = PageCell.Class(item.Tone);
        var when = item.Start.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)
            + (item.End is { } until ? $" to {until.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}" : "");
        markup.Open("g").Element("title", $"{item.Label}: {when} UTC{(item.Detail is null ? "" : $". {item.Detail}")}");
        Label(markup, left - 8, y + 20, Fit(item.Label, left - 12), "e");
        if (item.End is null)
        {
            markup.Empty("circle", ("class", tone), ("cx", Markup.Number(start)), ("cy", Markup.Number(y + 15)), ("r", "5"));
        }
        else
        {
            markup.Empty("rect", ("class", tone), ("x", Markup.Number(start)), ("y", Markup.Number(y + 8)), ("width", Markup.Number(Math.Max(3, end - start))), ("height", "14"), ("rx", "3"));
        }

        if (item.Detail is not null)
        {
            // On the side with more room.
            var isRight = Right - end >= start - left;
            var text = Fit(item.Detail, (isRight ? Right - end : start - left) - 14);
            Label(markup, isRight ? end + 10 : start - 10, y + 20, text, isRight ? "m halo" : "m e halo");
        }

        markup.Close("g");
    }
}
