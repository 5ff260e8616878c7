namespace Workflow.Training.LightGbm.Native;

/// <summary>Keeps LightGBM's number of threads as it is while a training runs.</summary>
/// <remarks>
/// That number is one variable of the whole process, which creating a data set, a booster or a predictor sets. A running training has
/// buffers for as many threads as there were when it started: a larger number set from elsewhere makes it write beyond them. So trainings
/// with the same number run side by side, one with another number waits for them, and predictors are made with the number in force.
/// Static, because what it guards is. Safe for concurrent use.
/// </remarks>
internal static class NativeThreads
{
    private static readonly Lock Gate = new();
    private static readonly LinkedList<Waiter> Waiting = new();
    private static int _running;
    private static int _inForce = Environment.ProcessorCount;

    /// <summary>Waits until a training with so many threads may run, in the order of asking.</summary>
    /// <param name="threads">The number, at least 1.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Disposed when no native call of the training will follow.</returns>
    public static async Task<IDisposable> EnterAsync(int threads, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (Gate)
        {
            waiter = new Waiter(threads);
            Waiting.AddLast(waiter);
            Admit();
        }

        using (cancellationToken.Register(() => Cancel(waiter, cancellationToken)))
        {
            await waiter.Admitted.Task.ConfigureAwait(false);
        }

        return new Slot();
    }

    /// <summary>Makes a short native call that sets the number of threads, without disturbing a training.</summary>
    /// <param name="call">Gets the number to set.</param>
    public static T Use<T>(Func<int, T> call)
    {
        lock (Gate)
        {
            return call(_inForce);
        }
    }

    private static void Admit()
    {
        while (Waiting.First is { } first && (_running == 0 || first.Value.Threads == _inForce))
        {
            Waiting.RemoveFirst();
            _inForce = first.Value.Threads;
            _running++;
            first.Value.Admitted.SetResult();
        }
    }

    private static void Cancel(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (Gate)
        {
            if (Waiting.Remove(waiter))
            {
                waiter.Admitted.SetCanceled(cancellationToken);
                Admit();
            }
        }
    }

    private static void Leave()
    {
        lock (Gate)
        {
            _running--;
            Admit();
        }
    }

    private sealed class Waiter(int threads)
    {
        public int Threads { get; } = threads;

        public TaskCompletionSource Admitted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Slot : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                Leave();
            }
        }
    }
}
