using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>Tells the versions of each event apart: every row counts until the next version of its event is available.</summary>
internal static class EventVersions
{
    /// <summary>Gives, for each row, the moment from which a later version counts instead; <see cref="FeatureTime.Never"/> where none does.</summary>
    /// <param name="ids">The number of each row's event; negative for an event of its own.</param>
    /// <param name="count">The number of events.</param>
    /// <param name="available">When each row is available; a row that never is, is no version.</param>
    /// <param name="ranks">What decides between versions that are available at the same time, before the order of the source.</param>
    public static long[] Untils(Span<int> ids, int count, ReadOnlySpan<long> available, ReadOnlySpan<long> ranks)
    {
        for (var row = 0; row < ids.Length; row++)
        {
            ids[row] = available[row] == FeatureTime.Never ? KeyIndex.Null : ids[row];
        }

        var untils = new long[ids.Length];
        untils.AsSpan().Fill(FeatureTime.Never);
        var groups = new KeyGroups(ids, count);
        var order = new List<(long Available, long Rank, int Row)>();
        for (var id = 0; id < count; id++)
        {
            var rows = groups[id];
            if (rows.Length < 2)
            {
                continue;
            }

            order.Clear();
            foreach (var row in rows)
            {
                order.Add((available[row], ranks[row], row));
            }

            order.Sort();
            for (var i = 1; i < order.Count; i++)
            {
                untils[order[i - 1].Row] = order[i].Available;
            }
        }

        return untils;
    }
}
