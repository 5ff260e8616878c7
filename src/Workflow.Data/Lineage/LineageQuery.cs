namespace Workflow.Data.Lineage;

/// <summary>A question about what led to a thing, or what came of it.</summary>
public sealed class LineageQuery
{
    /// <summary>The largest number of things that an answer holds: 100,000.</summary>
    public const int MostNodes = 100_000;

    /// <summary>Gets or sets the thing. One that nothing is known about is no error.</summary>
    public required LineageNode Node { get; set; }

    /// <summary>Gets or sets the direction. Default upstream.</summary>
    public LineageDirection Direction { get; set; }

    /// <summary>Gets or sets how many steps to go. Default 64; from 1 to <see cref="LineageStore.MaxDepth"/>.</summary>
    public int MaxDepth { get; set; } = 64;

    /// <summary>
    /// Gets or sets the kinds that are shown; empty shows all. Things of other kinds are walked through but left out, with their edges; the
    /// thing that was asked about stays.
    /// </summary>
    public IReadOnlyCollection<string> Kinds { get; set; } = [];

    /// <summary>Gets or sets after how many things the walk ends. Default and most <see cref="MostNodes"/>; at least 1.</summary>
    public int MaxNodes { get; set; } = MostNodes;
}
