namespace Workflow.Features.Online.Stores;

/// <summary>What became of one table of a materialisation. Immutable.</summary>
/// <param name="View">The view's name.</param>
/// <param name="Table">The table's name.</param>
/// <param name="From">The event time from which rows counted; null for the beginning.</param>
/// <param name="To">The moment as of which values are.</param>
/// <param name="Rows">What the store did.</param>
public sealed record MaterializedTable(string View, string Table, DateTimeOffset? From, DateTimeOffset To, OnlineWriteResult Rows);
