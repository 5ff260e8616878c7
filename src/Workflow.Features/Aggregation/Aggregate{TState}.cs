using System.Collections.Immutable;

namespace Workflow.Features.Aggregation;

/// <summary>An aggregate in monoid form: identity, add, merge, finish, and an inverse or forgetting where they exist.</summary>
/// <typeparam name="TState">What a window holds. Where it refers to memory that adding changes, <see cref="Copy"/> is overridden.</typeparam>
/// <remarks>
/// <para>
/// The laws: merging is associative with <see cref="Identity"/> as its neutral element; adding an event is merging a state of that one
/// event; where <see cref="IsCommutative"/>, the order is irrelevant; where <see cref="IsInvertible"/>, removing undoes adding exactly; where <see cref="Aggregate.CanForget"/>,
/// forgetting leaves what adding the later events alone gives. States of events that were
/// split and merged in any way must finish with the same bits: sum with <see cref="Workflow.Numerics.Sums.ExactSum"/>, not with
/// <c>+</c>. <c>AggregateLaws</c> in Workflow.Testing checks all of it.
/// </para>
/// <para>Implementations are immutable, draw no randomness and read no clock: a result depends on the events and the query time only.</para>
/// </remarks>
public abstract class Aggregate<TState> : Aggregate
    where TState : struct
{
#pragma warning disable RS0022 // Deriving goes through this class only: the base class is closed to other assemblies on purpose.
    /// <summary>Names the aggregate and what it reads.</summary>
    /// <param name="name">Part of the view's digest; change it with the meaning, for example <c>vwap_2</c>.</param>
    /// <param name="kind">The type of what <see cref="Finish"/> gives.</param>
    /// <param name="inputs">The columns it reads; may be empty.</param>
    protected Aggregate(string name, FeatureValueKind kind, ImmutableArray<string> inputs)
#pragma warning restore RS0022
        : base(name, kind, inputs)
    {
    }

    /// <inheritdoc/>
    public override bool IsInvertible => false;

    /// <inheritdoc/>
    public override bool IsCommutative => IsInvertible;

    /// <summary>Gets the state of no event.</summary>
    public virtual TState Identity => default;

    /// <summary>Adds one event.</summary>
    /// <param name="state">Changed in place.</param>
    /// <param name="item">The event; not kept.</param>
    public abstract void Add(ref TState state, FeatureEvent item);

    /// <summary>Appends the events of a later state.</summary>
    /// <param name="state">The earlier events; changed in place.</param>
    /// <param name="later">The later events, in (event time, source order); not changed.</param>
    public abstract void Merge(ref TState state, in TState later);

    /// <summary>Takes one event out that was added before. Called only where <see cref="IsInvertible"/>.</summary>
    /// <param name="state">Changed in place.</param>
    /// <param name="item">An event that the state holds; not kept.</param>
    public virtual void Remove(ref TState state, FeatureEvent item) =>
        throw new NotSupportedException($"Aggregate '{Name}' says that it is not invertible: its Remove must not be called.");

    /// <summary>Forgets every event before a moment. Called only where <see cref="Aggregate.CanForget"/>, with moments that never go back, and no earlier event is added afterwards.</summary>
    /// <param name="state">Changed in place.</param>
    /// <param name="beforeMicroseconds">Microseconds since 1970-01-01T00:00:00Z.</param>
    public virtual void Forget(ref TState state, long beforeMicroseconds) =>
        throw new NotSupportedException($"Aggregate '{Name}' says that it cannot forget: its Forget must not be called.");

    /// <summary>Forgets every event. Override to keep its memory for the next key.</summary>
    /// <param name="state">Changed in place.</param>
    public virtual void Clear(ref TState state) => state = Identity;

    /// <summary>Gives a state that later changes of the given one do not reach. The default copies the struct.</summary>
    /// <param name="state">Not changed.</param>
    public virtual TState Copy(in TState state) => state;

    /// <summary>Gives the feature's value.</summary>
    /// <param name="state">The window's events; not changed.</param>
    /// <param name="queryMicroseconds">The moment asked for, microseconds since 1970-01-01T00:00:00Z.</param>
    public abstract FeatureValue Finish(in TState state, long queryMicroseconds);

    /// <inheritdoc/>
    public sealed override Accumulator NewAccumulator() => new Accumulator<TState>(this);

    internal sealed override WindowRunner CreateRunner(double[][] inputs, bool isBounded) =>
        isBounded && !ReferenceEquals(ForBoundedWindow, this) ? ForBoundedWindow.CreateRunner(inputs, isBounded)
        : Forgets(isBounded) ? new ForgettingWindowRunner<TState>(this, inputs)
        : Slides(isBounded) ? new SlidingWindowRunner<TState>(this, inputs)
        : new TreeWindowRunner<TState>(this, inputs);

    internal sealed override VersionedWindowRunner CreateVersionedRunner(double[][] inputs) =>
        IsInvertible ? new VersionedSlidingRunner<TState>(this, inputs)
        : ForBoundedWindow.IsInvertible ? ForBoundedWindow.CreateVersionedRunner(inputs)
        : new VersionedTreeRunner<TState>(this, inputs);

    internal sealed override OnlineColumn CreateOnlineColumn() => new OnlineColumn<TState>(this);
}
