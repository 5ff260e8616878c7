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

    /// <summary>Forgets every event before a moment, for good: earlier ones must not be added later.</summary>
    /// <param name="beforeMicroseconds">Microseconds since 1970-01-01T00:00:00Z; not before that of an earlier call.</param>
    /// <exception cref="NotSupportedException">The aggregate cannot forget.</exception>
    public abstract void Forget(long beforeMicroseconds);

    /// <summary>Gives an independent window that holds the same events.</summary>
    public abstract Accumulator Copy();

    /// <summary>Gives the feature's value.</summary>
    /// <param name="queryMicroseconds">The moment asked for, microseconds since 1970-01-01T00:00:00Z.</param>
    public abstract FeatureValue Finish(long queryMicroseconds);
}

internal sealed class Accumulator<TState>(Aggregate<TState> aggregate) : Accumulator
    where TState : struct
{
    private TState _state = aggregate.Identity;

    public override void Clear() => aggregate.Clear(ref _state);

    public void Set(in TState state) => _state = aggregate.Copy(state);

    public override void Add(FeatureEvent item) => aggregate.Add(ref _state, item);

    public override void Remove(FeatureEvent item) => aggregate.Remove(ref _state, item);

    public override void Merge(Accumulator later) => aggregate.Merge(ref _state, ((Accumulator<TState>)later)._state);

    public override void Forget(long beforeMicroseconds) => aggregate.Forget(ref _state, beforeMicroseconds);

    public override Accumulator Copy()
    {
        var copy = new Accumulator<TState>(aggregate);
        copy.Set(_state);
        return copy;
    }

    public override FeatureValue Finish(long queryMicroseconds) => aggregate.Finish(_state, queryMicroseconds);
}
