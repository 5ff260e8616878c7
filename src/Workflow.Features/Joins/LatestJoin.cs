using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>Finds the newest event that counts for each output row.</summary>
internal static class LatestJoin
{
    /// <summary>The winner of a row for which no event counts.</summary>
    public const int NotFound = -1;

    /// <summary>The winner of a row whose newest event is too old.</summary>
    public const int TooOld = -2;

    /// <summary>Gives, for each output row, the event's row in its source, or a negative number.</summary>
    public static async Task<int[]> RunAsync(ViewEvents events, ViewJoin.Queries queries)
    {
        // Rows of unknown keys stay where they are: nothing counts for them.
        var winners = new int[queries.Keys.Length];
        winners.AsSpan().Fill(NotFound);
        var keys = queries.Keys;
        for (var row = 0; row < keys.Length; row++)
        {
            keys[row] = queries.Times[row] == FeatureTime.Never ? KeyIndex.Null : keys[row];
        }

        var rows = new KeyGroups(keys, events.Keys.Count);
        var cuts = ViewJoin.Cuts(events.Groups, rows);

        Task Partition(int partition, CancellationToken cancellationToken)
        {
            var worker = new LatestWorker(events, queries.Times, winners);
            var versions = events.AnySuperseded ? new VersionedLatestWorker(events, queries.Times, winners) : null;
            for (var key = cuts[partition]; key < cuts[partition + 1]; key++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (events.HasSuperseded(key))
                {
                    versions!.Run(events.Groups[key], rows[key]);
                    continue;
                }

                worker.Run(events.Groups[key], rows[key]);
            }

            return Task.CompletedTask;
        }

        await ViewJoin.SpreadAsync(queries, cuts.Length - 1, Partition).ConfigureAwait(false);
        return winners;
    }
}
