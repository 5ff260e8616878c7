using System.Collections.Immutable;
using System.Text;

namespace Workflow.Data.Pages;

/// <summary>A report in one file: no script, no font, no picture from elsewhere; light or dark as the reader's system is. Immutable.</summary>
/// <remarks>Equal pages give equal bytes on every machine. Every text is encoded: names from data cannot become markup.</remarks>
public sealed record HtmlPage
{
    private HtmlPage(string title) => Title = title;

    /// <summary>Gets the title.</summary>
    public string Title { get; }

    /// <summary>Gets the line below the title, or null.</summary>
    public string? Subtitle { get; init; }

    /// <summary>Gets the sections, in order.</summary>
    public ImmutableArray<PageSection> Sections { get; init; } = [];

    /// <summary>Starts a page.</summary>
    /// <param name="title">The title, also of the browser's window.</param>
    /// <param name="subtitle">The line below it; null for none.</param>
    public static HtmlPage Create(string title, string? subtitle = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(title);
        return new HtmlPage(title) { Subtitle = subtitle };
    }

    /// <summary>Gives the same page with one more section.</summary>
    /// <param name="section">Put last.</param>
    public HtmlPage Add(PageSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        return this with { Sections = Sections.Add(section) };
    }

    /// <summary>Gives the same page with one more section.</summary>
    /// <param name="title">The section's heading.</param>
    /// <param name="blocks">What stands below it.</param>
    public HtmlPage Add(string title, params IEnumerable<PageBlock> blocks) => Add(new PageSection { Title = title, Blocks = [.. blocks] });

    /// <summary>Writes the page as UTF-8.</summary>
    /// <param name="destination">Written to, not disposed.</param>
    /// <param name="cancellationToken">Observed while writing.</param>
    public async Task WriteAsync(Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        await destination.WriteAsync(Encoding.UTF8.GetBytes(ToHtml()), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives the whole document.</summary>
    public string ToHtml()
    {
        var markup = new Markup();
        markup.Raw("<!doctype html>\n").Open("html", ("lang", "en")).Raw("<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")

            // A page that was opened from anywhere loads nothing and runs nothing, whatever stands in it.
            .Raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"><meta name=\"generator\" content=\"Workflow\">")
            .Element("title", Title).Raw("<style>").Raw(Theme.ChartStyle).Raw(Theme.PageStyle).Raw("</style></head>\n<body><main>\n")
            .Element("h1", Title).Raw("\n");
        if (Subtitle is not null)
        {
            markup.Element("p", Subtitle, ("class", "sub")).Raw("\n");
        }

        foreach (var section in Sections)
        {
            markup.Raw("<section>").Element("h2", section.Title).Raw("\n");
            foreach (var block in section.Blocks)
            {
                block.Write(markup);
            }

            markup.Raw("</section>\n");
        }

        return markup.Raw("</main></body></html>\n").ToString();
    }
}
