namespace Workflow.Data.Pages;

/// <summary>A part of a section: a text, a table, a few facts, a chart. Immutable.</summary>
public abstract record PageBlock
{
    private protected PageBlock()
    {
    }

    internal abstract void Write(Markup markup);
}
