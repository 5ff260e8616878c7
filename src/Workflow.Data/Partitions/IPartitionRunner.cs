namespace Workflow.Data.Partitions;

/// <summary>Runs independent pieces of work: partitions of a backfill, files of a batch job, trials of a search.</summary>
/// <remarks>Implementations are safe for concurrent use. Pieces may run in any order, on any machine, and again after a failure: they must be repeatable.</remarks>
public interface IPartitionRunner
{
    /// <summary>Runs every partition and waits for all of them.</summary>
    /// <param name="partitions">How many partitions there are; they are numbered from 0.</param>
    /// <param name="run">The work of one partition. Called at least once for each number.</param>
    /// <param name="cancellationToken">Stops starting new partitions and is passed to the running ones.</param>
    /// <exception cref="AggregateException">Some partitions failed; holds every failure.</exception>
    Task RunAsync(int partitions, Func<int, CancellationToken, Task> run, CancellationToken cancellationToken = default);
}
