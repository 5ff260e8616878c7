namespace Workflow.Benchmarks.Features;

/// <summary>What the figure of joins is measured on.</summary>
internal sealed record JoinSize
{
    public int Features { get; init; } = 10_000_000;

    public int Labels { get; init; } = 1_000_000;

    public int Keys { get; init; } = 100_000;

    /// <summary>Gets how many columns of the newest row are joined: 1 or 3.</summary>
    public int Columns { get; init; } = 1;

    public bool IsText { get; init; }

    public bool IsSorted { get; init; }

    public override string ToString() =>
        FormattableString.Invariant($"{Features / 1e6:0.##} M x {Labels / 1e6:0.##} M, {Keys:N0} {(IsText ? "text" : "int64")} keys, {Columns} columns{(IsSorted ? ", sorted" : "")}");
}
