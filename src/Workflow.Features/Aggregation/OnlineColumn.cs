namespace Workflow.Features.Aggregation;

/// <summary>The online driver's states of one feature, by number. Not thread-safe.</summary>
internal abstract class OnlineColumn
{
    /// <summary>Makes a state hold nothing, or what a state of another column of the same aggregate holds.</summary>
    public abstract void Reset(int number, OnlineColumn? other = null, int otherNumber = 0);

    public abstract void Add(int number, FeatureEvent item);

    public abstract void Remove(int number, FeatureEvent item);

    public abstract void Forget(int number, long beforeMicroseconds);

    public abstract FeatureValue Finish(int number, long queryMicroseconds);

    /// <summary>Computes a window apart from every state: some events after those of a state, or after nothing.</summary>
    /// <param name="number">The state, of an aggregate whose order does not matter or whose events are all earlier; negative for none.</param>
    /// <param name="slots">Positions of the events, in the order of time.</param>
    /// <param name="times">The time of each position.</param>
    /// <param name="inputs">The inputs of each position.</param>
    /// <param name="queryMicroseconds">The moment asked for.</param>
    public abstract FeatureValue Compute(int number, ReadOnlySpan<int> slots, ReadOnlySpan<long> times, double[][] inputs, long queryMicroseconds);
}

internal sealed class OnlineColumn<TState>(Aggregate<TState> aggregate) : OnlineColumn
    where TState : struct
{
    private TState[] _states = [];
    private TState _scratch = aggregate.Identity;

    public override void Reset(int number, OnlineColumn? other = null, int otherNumber = 0)
    {
        if (number >= _states.Length)
        {
            Array.Resize(ref _states, Math.Max(number + 1, Math.Max(16, _states.Length * 2)));
        }

        _states[number] = other is null ? aggregate.Identity : aggregate.Copy(((OnlineColumn<TState>)other)._states[otherNumber]);
    }

    public override void Add(int number, FeatureEvent item) => aggregate.Add(ref _states[number], item);

    public override void Remove(int number, FeatureEvent item) => aggregate.Remove(ref _states[number], item);

    public override void Forget(int number, long beforeMicroseconds) => aggregate.Forget(ref _states[number], beforeMicroseconds);

    public override FeatureValue Finish(int number, long queryMicroseconds) => aggregate.Finish(_states[number], queryMicroseconds);

    public override FeatureValue Compute(int number, ReadOnlySpan<int> slots, ReadOnlySpan<long> times, double[][] inputs, long queryMicroseconds)
    {
        if (number >= 0)
        {
            _scratch = aggregate.Copy(_states[number]);
        }
        else
        {
            aggregate.Clear(ref _scratch);
        }

        ReadOnlySpan<double[]> columns = inputs;
        foreach (var slot in slots)
        {
            aggregate.Add(ref _scratch, new FeatureEvent(times[slot], columns, slot));
        }

        return aggregate.Finish(_scratch, queryMicroseconds);
    }
}
