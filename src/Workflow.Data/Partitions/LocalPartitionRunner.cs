using System.Collections.Concurrent;

namespace Workflow.Data.Partitions;

/// <summary>Runs partitions on the thread pool of this process. Safe for concurrent use.</summary>
/// <remarks>A failure does not stop the other partitions: all of them run, then every failure is reported together.</remarks>
public sealed class LocalPartitionRunner : IPartitionRunner
{
    private readonly int _maxParallelism;

    /// <summary>Creates a runner.</summary>
    /// <param name="maxParallelism">The largest number of partitions of one call that run at the same time; at least 1.</param>
    public LocalPartitionRunner(int maxParallelism)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxParallelism, 1);
        _maxParallelism = maxParallelism;
    }

    /// <inheritdoc/>
    public async Task RunAsync(int partitions, Func<int, CancellationToken, Task> run, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partitions);
        ArgumentNullException.ThrowIfNull(run);

        var failures = new ConcurrentDictionary<int, Exception>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = _maxParallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, partitions, options, async (partition, token) =>
        {
            try
            {
                await run(partition, token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                failures[partition] = e;
            }
        }).ConfigureAwait(false);

        if (!failures.IsEmpty)
        {
            var ordered = failures.OrderBy(f => f.Key).ToList();
            throw new AggregateException(
                $"{ordered.Count} of {partitions} partitions failed: {string.Join(", ", ordered.Take(20).Select(f => f.Key))}{(ordered.Count > 20 ? ", …" : "")}.",
                ordered.Select(f => f.Value));
        }
    }
}
