namespace Workflow.Features.Aggregation;

/// <summary>The events of one window, whatever the aggregate's state is: for tests and for drivers that need no speed.</summary>
/// <remarks>Not thread-safe; create one per window.</remarks>
public abstract class Accumulator
{
    private protected Accumulator()
    {
    }

    /// <summary>Forgets every event.</summary>
    public abstract void Clear();

    /// <summary>Adds one event.</summary>
    /// <param name="item">The event; not kept.</param>
    public abstract void Add(FeatureEvent item);

    /// <summary>Takes one event out that was added before.</summary>
    /// <param name="item">An event that is held; not kept.</param>
    /// <exception cref="NotSupportedException">The aggregate is not invertible.</exception>
    public abstract void Remove(FeatureEvent item);

    /// <summary>Appends later events.</summary>
    /// <param name="later">Made by the same aggregate; not changed.</param>
    public abstract void Merge(Accumulator later);

    /// <summary>Gives the feature's value.</summary>
    /// <param name="queryMicroseconds">The moment asked for, microseconds since 1970-01-01T00:00:00Z.</param>
    public abstract FeatureValue Finish(long queryMicroseconds);
}

internal sealed class Accumulator<TState>(Aggregate<TState> aggregate) : Accumulator
    where TState : struct
{
    private TState _state = aggregate.Identity;

    public override void Clear() => _state = aggregate.Identity;

    public void Set(in TState state) => _state = state;

    public override void Add(FeatureEvent item) => aggregate.Add(ref _state, item);

    public override void Remove(FeatureEvent item) => aggregate.Remove(ref _state, item);

    public override void Merge(Accumulator later) => aggregate.Merge(ref _state, ((Accumulator<TState>)later)._state);

    public override FeatureValue Finish(long queryMicroseconds) => aggregate.Finish(_state, queryMicroseconds);
}
