namespace Workflow.Features.Online.Stores;

/// <summary>The times of rows, in microseconds since 1970-01-01T00:00:00Z. Borrows its memory.</summary>
/// <param name="EventMicroseconds">When each row's event happened; years 1 to 9999.</param>
/// <param name="AvailableMicroseconds">When each row could be known; <see cref="long.MinValue"/> where nobody knows, which is the lowest.</param>
public sealed record OnlineTimes(ReadOnlyMemory<long> EventMicroseconds, ReadOnlyMemory<long> AvailableMicroseconds);
