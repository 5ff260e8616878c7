using System.Collections.Concurrent;

namespace Workflow.Training.LightGbm.Boosting;

/// <summary>The one thread on which all native calls of a training run: LightGBM keeps errors and network state per thread.</summary>
/// <remarks>Calls run one after another, in the order in which they were asked for.</remarks>
internal sealed class TrainingThread : IDisposable
{
    // Never disposed: it holds no handle of the system, and the thread may end before or after its owner lets go.
    private readonly BlockingCollection<Action> _work = [];

    public TrainingThread()
    {
        var thread = new Thread(Run) { IsBackground = true, Name = "LightGBM training" };
        thread.Start();
    }

    /// <summary>Runs something on the thread.</summary>
    /// <param name="work">The native calls.</param>
    /// <param name="cancellationToken">Ends the waiting at once; the work itself may go on until it looks at the token, too.</param>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() => Complete(done, work, cancellationToken), CancellationToken.None);
        return done.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Runs something on the thread as its last work, and lets the thread end. Does not wait for it.</summary>
    public void End(Action last)
    {
        _work.Add(last);
        _work.CompleteAdding();
    }

    /// <summary>Lets the thread end after its work.</summary>
    public void Dispose() => _work.CompleteAdding();

    private static void Complete<T>(TaskCompletionSource<T> done, Func<T> work, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            done.SetResult(work());
        }
        catch (OperationCanceledException e) when (e.CancellationToken == cancellationToken)
        {
            done.SetCanceled(cancellationToken);
        }
#pragma warning disable CA1031 // The exception belongs to whoever awaits the work.
        catch (Exception e)
#pragma warning restore CA1031
        {
            done.SetException(e);
            _ = done.Task.Exception; // Observed: a caller that was cancelled no longer looks.
        }
    }

    private void Run()
    {
        foreach (var work in _work.GetConsumingEnumerable())
        {
            work();
        }
    }
}
