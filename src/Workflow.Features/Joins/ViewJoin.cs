using Workflow.Data.Partitions;
using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>Joins one view: keys are independent, so they are spread over partitions; a row is written by its key's partition only.</summary>
internal static class ViewJoin
{
    private const int Partitions = 32;

    /// <summary>Fills the view's columns.</summary>
    /// <param name="view">The view and its wanted features, as the columns.</param>
    /// <param name="events">Its events.</param>
    /// <param name="queries">The key number and the time of each output row; a negative number computes nothing.</param>
    /// <param name="output">One column a feature.</param>
    public static Task RunAsync(ServiceView view, ViewEvents events, Queries queries, FeatureColumn[] output)
    {
        // Every key that is asked for has a number, also one without events: windows of nothing, not nulls.
        var keys = queries.Keys;
        for (var row = 0; row < keys.Length; row++)
        {
            keys[row] = queries.Times[row] == FeatureTime.Never ? KeyIndex.Null : keys[row];
        }

        var rows = new KeyGroups(keys, events.Keys.Count);
        var cuts = Cuts(events.Groups, rows);

        Task Partition(int partition, CancellationToken cancellationToken)
        {
            var (first, end) = (cuts[partition], cuts[partition + 1]);
            var largest = (Events: 0, Queries: 0);
            for (var key = first; key < end; key++)
            {
                largest = (Math.Max(largest.Events, events.Groups[key].Length), Math.Max(largest.Queries, rows[key].Length));
            }

            var worker = new KeyWorker(view, events, output, largest);
            for (var key = first; key < end; key++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                worker.Run(events.Groups[key], rows[key], queries.Times);
            }

            return Task.CompletedTask;
        }

        return SpreadAsync(queries, cuts.Length - 1, Partition);
    }

    /// <summary>Runs partitions on the queries' runner, or one after the other.</summary>
    public static async Task SpreadAsync(Queries queries, int partitions, Func<int, CancellationToken, Task> run)
    {
        if (queries.Runner is { } runner)
        {
            await runner.RunAsync(partitions, run, queries.CancellationToken).ConfigureAwait(false);
            return;
        }

        for (var partition = 0; partition < partitions; partition++)
        {
            await run(partition, queries.CancellationToken).ConfigureAwait(false);
        }
    }

    // Cuts the keys into ranges of about equal work.
    public static int[] Cuts(KeyGroups events, KeyGroups rows)
    {
        var cuts = new List<int> { 0 };
        var total = (long)events.RowsBefore(events.Count) + rows.RowsBefore(rows.Count);
        for (var key = 0; key < rows.Count; key++)
        {
            var before = events.RowsBefore(Math.Min(key, events.Count)) + (long)rows.RowsBefore(key);
            if (before * Partitions >= total * cuts.Count && key > cuts[^1])
            {
                cuts.Add(key);
            }
        }

        cuts.Add(rows.Count);
        return [.. cuts];
    }

    /// <summary>What is asked, and how it is run.</summary>
    internal sealed record Queries(int[] Keys, long[] Times, IPartitionRunner? Runner, CancellationToken CancellationToken);
}
