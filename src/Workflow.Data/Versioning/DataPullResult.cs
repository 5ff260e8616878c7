namespace Workflow.Data.Versioning;

/// <summary>What a pull did. Immutable.</summary>
public sealed record DataPullResult
{
    /// <summary>Gets what was fetched.</summary>
    public required DataTransferResult Transfer { get; init; }

    /// <summary>Gets what was checked out.</summary>
    public required DataCheckoutResult Checkout { get; init; }
}
