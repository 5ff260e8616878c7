using System.Diagnostics;

namespace Workflow.Data.Tests.Killing;

/// <summary>Counts the steps of a piece of work, and ends the process with signal 9 at a chosen one.</summary>
internal sealed class Steps(int deadly)
{
    private int _count;

    /// <summary>Gets or sets whether steps count by now.</summary>
    public bool IsArmed { get; set; }

    public void Take()
    {
        if (IsArmed && Interlocked.Increment(ref _count) == deadly)
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();

            // The signal is on its way: no further step meanwhile.
            using var never = new ManualResetEventSlim();
            never.Wait();
        }
    }
}
