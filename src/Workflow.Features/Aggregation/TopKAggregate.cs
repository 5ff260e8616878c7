using System.Collections.Immutable;
using System.Globalization;

namespace Workflow.Features.Aggregation;

internal sealed class TopKAggregate(string column, int count, bool givesCounts)
    : ValueCountsAggregate(givesCounts ? "top_k_counts" : "top_k", givesCounts ? FeatureValueKind.Int64List : FeatureValueKind.Float64List, column)
{
    public override ImmutableSortedDictionary<string, string> Parameters { get; } =
        ImmutableSortedDictionary<string, string>.Empty.Add("k", count.ToString(CultureInfo.InvariantCulture));

    public override FeatureValue Finish(in State state, long queryMicroseconds)
    {
        if (state.Counts is not { Distinct: > 0 } counts)
        {
            return FeatureValue.Null;
        }

        var top = counts.Top(count);
        return givesCounts
            ? FeatureValue.FromInt64s(top.ConvertAll(static p => p.Value).ToArray())
            : FeatureValue.FromDoubles(top.ConvertAll(static p => ValueOrder.ValueOf(p.Key)).ToArray());
    }
}
