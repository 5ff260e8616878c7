namespace Workflow.Data.Pages;

/// <summary>A drawing with a title, as inline SVG. Immutable.</summary>
public abstract record Chart : PageBlock
{
    private protected Chart()
    {
    }

    /// <summary>Gets the title: what is shown.</summary>
    public required string Title { get; init; }

    /// <summary>Gets what a reader should know to read it, or null.</summary>
    public string? Caption { get; init; }

    /// <summary>Gets the width of the drawing, in pixels; it scales with the page.</summary>
    private protected static double Width => 920;

    /// <summary>Gives the drawing as an SVG document that stands alone, in light or dark as the reader's system is.</summary>
    public string ToSvg() => Svg(standalone: true);

    internal override void Write(Markup markup)
    {
        markup.Open("figure").Raw(Svg(standalone: false));
        if (Caption is not null)
        {
            markup.Element("figcaption", Caption);
        }

        markup.Close("figure").Raw("\n");
    }

    /// <summary>Draws below the title, which takes 32 pixels, and gives the height of the whole.</summary>
    private protected abstract double Draw(Markup markup);

    /// <summary>Estimates the width of a text in pixels at 12 pixels; generous, so that nothing overlaps.</summary>
    private protected static double WidthOf(string text) => text.Sum(c => char.IsUpper(c) || c is 'm' or 'w' or 'W' or 'M' or '%' ? 9.0 : c is 'i' or 'l' or '.' or ',' or '\'' or ':' or '|' ? 4.0 : c > 0x2000 ? 12.0 : 7.2);

    /// <summary>Cuts a text to a width in pixels.</summary>
    private protected static string Fit(string text, double width)
    {
        if (WidthOf(text) <= width)
        {
            return text;
        }

        var length = text.Length;
        while (length > 1 && WidthOf(text[..length]) + 12 > width)
        {
            length--;
        }

        // Half of a surrogate pair would not be a character.
        length -= char.IsHighSurrogate(text[length - 1]) ? 1 : 0;
        return text[..length] + "…";
    }

    private protected static void Label(Markup markup, double x, double y, string text, string classes = "") =>
        markup.Element("text", text, ("x", Markup.Number(x)), ("y", Markup.Number(y)), ("class", classes));

    private protected static void Line(Markup markup, double x1, double y1, double x2, double y2, string classes) =>
        markup.Empty("path", ("class", classes), ("d", $"M{Markup.Number(x1)} {Markup.Number(y1)}L{Markup.Number(x2)} {Markup.Number(y2)}"));

    private string Svg(bool standalone)
    {
        var drawing = new Markup();
        var height = Draw(drawing);
        var markup = new Markup();
        markup.Open("svg", ("xmlns", "http://www.w3.org/2000/svg"), ("class", "wf"), ("viewBox", $"0 0 {Markup.Number(Width)} {Markup.Number(height)}"), ("role", "img"), ("aria-label", Title));
        if (standalone)
        {
            markup.Raw("<style>").Raw(Theme.ChartStyle).Raw("</style>").Empty("rect", ("width", "100%"), ("height", "100%"), ("style", "fill:var(--bg)"));
        }

        Label(markup, 0, 16, Fit(Title, Width), "t");
        return markup.Raw(drawing.ToString()).Close("svg").ToString();
    }
}
