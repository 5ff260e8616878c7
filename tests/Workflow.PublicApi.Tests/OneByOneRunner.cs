using Workflow.Data.Partitions;

namespace Workflow.PublicApi.Tests;

/// <summary>A partition runner as a user would write one: one after the other, from the last to the first.</summary>
internal sealed class OneByOneRunner : IPartitionRunner
{
    public async Task RunAsync(int partitions, Func<int, CancellationToken, Task> run, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partitions);
        ArgumentNullException.ThrowIfNull(run);
        var failures = new List<Exception>();
        for (var partition = partitions - 1; partition >= 0; partition--)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await run(partition, cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                failures.Add(failure);
            }
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    }
}
