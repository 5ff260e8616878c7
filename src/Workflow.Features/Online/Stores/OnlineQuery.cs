using Apache.Arrow;

namespace Workflow.Features.Online.Stores;

/// <summary>One read of many entities. Immutable; borrows its batch.</summary>
public sealed record OnlineQuery
{
    /// <summary>Gets what is wanted.</summary>
    public required OnlinePlan Plan { get; init; }

    /// <summary>Gets the entities: the key columns of every table under the entities' names. A row with a null in a table's key has no features there.</summary>
    public required RecordBatch Keys { get; init; }

    /// <summary>Gets the query time, in microseconds since 1970 UTC.</summary>
    public required long AtMicroseconds { get; init; }

    /// <summary>Gets how long an answer may take; what has not come by then is <see cref="Views.FeatureStatus.NotAnswered"/>. Null: as long as it takes.</summary>
    public TimeSpan? Deadline { get; init; }
}
