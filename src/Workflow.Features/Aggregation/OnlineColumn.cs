namespace Workflow.Features.Aggregation;

/// <summary>The online driver's state of one feature: one window a key. Not thread-safe.</summary>
internal abstract class OnlineColumn
{
    /// <summary>Makes room for a new key, whose number is the count of keys so far.</summary>
    public abstract void AddKey();

    public abstract void Add(int key, FeatureEvent item);

    public abstract void Remove(int key, FeatureEvent item);

    public abstract void Forget(int key, long beforeMicroseconds);

    public abstract FeatureValue Finish(int key, long queryMicroseconds);

    /// <summary>Gives a window apart from every key's, holding nothing, for what cannot slide.</summary>
    public abstract Accumulator Scratch();

    /// <summary>Gives a window apart from every key's, holding what one key's holds.</summary>
    public abstract Accumulator ScratchOf(int key);
}

internal sealed class OnlineColumn<TState>(Aggregate<TState> aggregate) : OnlineColumn
    where TState : struct
{
    private readonly Accumulator<TState> _scratch = new(aggregate);
    private TState[] _states = new TState[16];
    private int _keys;

    public override void AddKey()
    {
        if (_keys == _states.Length)
        {
            Array.Resize(ref _states, _keys * 2);
        }

        _states[_keys++] = aggregate.Identity;
    }

    public override void Add(int key, FeatureEvent item) => aggregate.Add(ref _states[key], item);

    public override void Remove(int key, FeatureEvent item) => aggregate.Remove(ref _states[key], item);

    public override void Forget(int key, long beforeMicroseconds) => aggregate.Forget(ref _states[key], beforeMicroseconds);

    public override FeatureValue Finish(int key, long queryMicroseconds) => aggregate.Finish(_states[key], queryMicroseconds);

    public override Accumulator Scratch()
    {
        _scratch.Clear();
        return _scratch;
    }

    public override Accumulator ScratchOf(int key)
    {
        _scratch.Set(_states[key]);
        return _scratch;
    }
}
