using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>Goes on with a read that broke. A store has retried what it could before; what is left is a stream that ended early.</summary>
internal static class BrokenStream
{
    private const int Attempts = 4;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(0.25);

    /// <summary>Runs a transfer until it ends well, or has broken too often.</summary>
    /// <param name="clock">Waits between attempts.</param>
    /// <param name="transfer">Goes on from an offset.</param>
    /// <param name="have">How much there is.</param>
    /// <param name="restart">Forgets it, when going on did not help.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task RetryAsync(TimeProvider clock, Func<long, Task> transfer, Func<long> have, Action restart, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var offset = have();
            try
            {
                await transfer(offset).ConfigureAwait(false);
                return;
            }
            catch (IOException exception) when (exception is not BlobNotFoundException && attempt < Attempts)
            {
                if (offset > 0 && have() == offset)
                {
                    restart();
                }

                await Task.Delay(FirstDelay * Math.Pow(2, attempt - 1), clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
