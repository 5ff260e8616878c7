using System.Collections.Immutable;
using System.Globalization;

namespace Workflow.Features.Aggregation;

internal sealed class LastKAggregate(string column, int count)
    : Aggregate<LastKAggregate.State>("last_k", FeatureValueKind.Float64List, [column])
{
    public override ImmutableSortedDictionary<string, string> Parameters { get; } =
        ImmutableSortedDictionary<string, string>.Empty.Add("k", count.ToString(CultureInfo.InvariantCulture));

    public override bool IsCommutative => true;

    public override bool CanForget => true;

    public override void Add(ref State state, FeatureEvent item)
    {
        if (!item.IsNull(0))
        {
            Add(ref state, new TimedKey(item.TimeMicroseconds, ValueOrder.KeyOf(item[0])));
        }
    }

    public override void Merge(ref State state, in State later)
    {
        for (var i = 0; i < later.Last?.Count; i++)
        {
            Add(ref state, later.Last[i]);
        }
    }

    public override void Forget(ref State state, long beforeMicroseconds) => state.Last?.DropBefore(beforeMicroseconds);

    public override void Clear(ref State state) => state.Last?.Clear();

    public override State Copy(in State state) => new() { Last = state.Last?.Copy() };

    public override FeatureValue Finish(in State state, long queryMicroseconds) =>
        state.Last is { } last ? last.ToList(0, last.Count) : FeatureValue.Null;

    private void Add(ref State state, TimedKey item)
    {
        var last = state.Last ??= new TimedKeys();
        if (last.Count < count || item.CompareTo(last[0]) > 0)
        {
            last.Insert(item);
            last.DropFirst(last.Count > count ? 1 : 0);
        }
    }

    internal struct State
    {
        public TimedKeys? Last;
    }
}
