namespace Workflow.Data.Versioning.Locking;

/// <summary>Tries again until it works or the time is over.</summary>
internal static class Waiting
{
    internal static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Tries at once, then every 20 milliseconds.</summary>
    /// <param name="tryTake">Null while somebody else has it.</param>
    /// <param name="timeout">Zero tries once.</param>
    /// <param name="timeProvider">Measures the time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when the time is over.</returns>
    public static async Task<T?> ForAsync<T>(Func<T?> tryTake, TimeSpan timeout, TimeProvider timeProvider, CancellationToken cancellationToken)
        where T : class
    {
        var start = timeProvider.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (tryTake() is { } taken)
            {
                return taken;
            }

            if (timeProvider.GetElapsedTime(start) >= timeout)
            {
                return null;
            }

            await Task.Delay(Pause, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }
}
