using System.Collections.Immutable;

namespace Workflow.Data.Pages;

/// <summary>A row of figures that a reader should see first. Immutable.</summary>
public sealed record FactList : PageBlock
{
    /// <summary>Gets the figures.</summary>
    public required ImmutableArray<PageFact> Facts { get; init; }

    internal override void Write(Markup markup)
    {
        markup.Open("dl", ("class", "facts"));
        foreach (var fact in Facts)
        {
            markup.Open("div").Element("dt", fact.Name).Element("dd", fact.Value).Close("div");
        }

        markup.Close("dl").Raw("\n");
    }
}
