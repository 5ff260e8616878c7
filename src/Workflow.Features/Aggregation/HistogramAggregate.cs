using System.Collections.Immutable;
using System.Globalization;

namespace Workflow.Features.Aggregation;

internal sealed class HistogramAggregate(string column, ImmutableArray<double> edges)
    : Aggregate<HistogramAggregate.State>("histogram", FeatureValueKind.Int64List, [column])
{
    public override ImmutableSortedDictionary<string, string> Parameters { get; } = ImmutableSortedDictionary<string, string>.Empty.Add(
        "edges", string.Join(' ', edges.Select(static e => e.ToString("R", CultureInfo.InvariantCulture))));

    public override bool IsInvertible => true;

    public override void Add(ref State state, FeatureEvent item) => Count(ref state, item, 1);

    public override void Remove(ref State state, FeatureEvent item) => Count(ref state, item, -1);

    public override void Merge(ref State state, in State later)
    {
        if (later.Counts is not null)
        {
            var counts = state.Counts ??= new long[edges.Length + 2];
            for (var i = 0; i < counts.Length; i++)
            {
                counts[i] += later.Counts[i];
            }
        }
    }

    public override State Copy(in State state) => new() { Counts = (long[]?)state.Counts?.Clone() };

    public override FeatureValue Finish(in State state, long queryMicroseconds) =>
        FeatureValue.FromInt64s(state.Counts ?? new long[edges.Length + 2]);

    private void Count(ref State state, FeatureEvent item, long times)
    {
        if (!item.IsNull(0))
        {
            (state.Counts ??= new long[edges.Length + 2])[Bin(item[0])] += times;
        }
    }

    // The first edge that is not below the value; NaN has the last bin.
    private int Bin(double value)
    {
        if (double.IsNaN(value))
        {
            return edges.Length + 1;
        }

        var (low, high) = (0, edges.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = edges[middle] < value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    internal struct State
    {
        public long[]? Counts;
    }
}
