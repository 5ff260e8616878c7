using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Workflow.Data.Versioning;

/// <summary>The child of the kill tests: this program, started with two variables set, adds data and dies at a step, or at its end when the step is <c>none</c>.</summary>
internal static class CrashingAdd
{
    public const string FolderVariable = "WORKFLOW_DVC_CRASH_FOLDER";
    public const string StepVariable = "WORKFLOW_DVC_CRASH_STEP";
    public const string TargetsVariable = "WORKFLOW_DVC_CRASH_TARGETS";

    [ModuleInitializer]
    internal static void Run()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { } folder)
        {
            // No method of this module goes on on another thread: it would wait for the initializer, that is for us.
            var fatalStep = Environment.GetEnvironmentVariable(StepVariable)!;
            var repository = DataRepository.OpenAsync(folder).GetAwaiter().GetResult();
            repository.StepReached = fatalStep == "none" ? null : step =>
            {
                if (step == fatalStep)
                {
                    Die();
                }
            };
            repository.AddAsync((Environment.GetEnvironmentVariable(TargetsVariable) ?? "data one").Split(' ')).GetAwaiter().GetResult();
            Die();
        }
    }

    // SIGKILL: no finally, no flush.
    private static void Die()
    {
        Process.GetCurrentProcess().Kill();
        new ManualResetEventSlim().Wait();
    }
}
