using System.Collections.Immutable;
using System.Globalization;

namespace Workflow.Features.Aggregation;

/// <summary>The first values of a window: the first k alone over the whole history; where windows slide, also those that become the first.</summary>
internal sealed class FirstKAggregate(string column, int count, bool isSliding)
    : Aggregate<FirstKAggregate.State>("first_k", FeatureValueKind.Float64List, [column])
{
    public override ImmutableSortedDictionary<string, string> Parameters { get; } =
        ImmutableSortedDictionary<string, string>.Empty.Add("k", count.ToString(CultureInfo.InvariantCulture));

    public override bool IsCommutative => true;

    public override bool CanForget => isSliding;

    public override Aggregate ForBoundedWindow => isSliding ? this : new FirstKAggregate(Inputs[0], count, isSliding: true);

    public override void Add(ref State state, FeatureEvent item)
    {
        if (!item.IsNull(0))
        {
            Add(ref state, new TimedKey(item.TimeMicroseconds, ValueOrder.KeyOf(item[0])));
        }
    }

    public override void Merge(ref State state, in State later)
    {
        for (var i = 0; i < later.First?.Count; i++)
        {
            Add(ref state, later.First[i]);
        }
    }

    public override void Forget(ref State state, long beforeMicroseconds) => state.First?.DropBefore(beforeMicroseconds);

    public override void Clear(ref State state) => state.First?.Clear();

    public override State Copy(in State state) => new() { First = state.First?.Copy() };

    public override FeatureValue Finish(in State state, long queryMicroseconds) =>
        state.First is { } first ? first.ToList(0, Math.Min(count, first.Count)) : FeatureValue.Null;

    private void Add(ref State state, TimedKey item)
    {
        var first = state.First ??= new TimedKeys();
        if (isSliding || first.Count < count)
        {
            first.Insert(item);
        }
        else if (item.CompareTo(first[count - 1]) < 0)
        {
            first.DropLast();
            first.Insert(item);
        }
    }

    internal struct State
    {
        public TimedKeys? First;
    }
}
