namespace Workflow.Features.Online.Stores;

/// <summary>What became of rows that were written. Immutable.</summary>
/// <param name="Written">How many replaced what was stored, or were new.</param>
/// <param name="Skipped">How many were not newer than what was stored: an older event time, or the same with an availability that is not later.</param>
public readonly record struct OnlineWriteResult(long Written, long Skipped)
{
    /// <summary>Adds counts up.</summary>
    public static OnlineWriteResult operator +(OnlineWriteResult left, OnlineWriteResult right) => left.Add(right);

    /// <summary>Adds counts up.</summary>
    /// <param name="other">The other counts.</param>
    public OnlineWriteResult Add(OnlineWriteResult other) => new(Written + other.Written, Skipped + other.Skipped);
}
