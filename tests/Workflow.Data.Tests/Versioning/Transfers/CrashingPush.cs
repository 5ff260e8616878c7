using System.Diagnostics;
using System.Globalization;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>The child of the kill test: this program, told to run this one test with two variables set, pushes and dies at the given one of its steps.</summary>
public sealed class CrashingPush
{
    internal const string FolderVariable = "WORKFLOW_DVC_CRASH_PUSH_FOLDER";
    internal const string StepVariable = "WORKFLOW_DVC_CRASH_PUSH_STEP";

    [Fact]
    public async Task The_child_of_the_kill_test_pushes_and_does_nothing_when_it_is_none()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is not { } folder)
        {
            return;
        }

        var fatalStep = int.Parse(Environment.GetEnvironmentVariable(StepVariable)!, CultureInfo.InvariantCulture);
        var repository = await DataRepository.OpenAsync(folder);
        var steps = 0;
        repository.StepReached = _ =>
        {
            if (Interlocked.Increment(ref steps) == fatalStep)
            {
                // SIGKILL: no finally, no flush.
                Process.GetCurrentProcess().Kill();
                new ManualResetEventSlim().Wait();
            }
        };
        await repository.PushAsync(new DataTransferOptions { Jobs = 1 });
    }
}
