namespace Workflow.Data.Pages;

/// <summary>A paragraph of plain text. Immutable.</summary>
/// <param name="Text">Any text; it is encoded.</param>
public sealed record Paragraph(string Text) : PageBlock
{
    internal override void Write(Markup markup) => markup.Element("p", Text).Raw("\n");
}
