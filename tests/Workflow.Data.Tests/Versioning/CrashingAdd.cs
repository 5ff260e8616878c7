using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Workflow.Data.Versioning;

/// <summary>The child of the kill tests: this program, started with two variables set, adds data and dies between two steps, or comes to its end when the step is none.</summary>
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
            AddAsync(folder, Environment.GetEnvironmentVariable(StepVariable)!).GetAwaiter().GetResult();
            Environment.Exit(0);
        }
    }

    private static async Task AddAsync(string folder, string fatalStep)
    {
        var repository = await DataRepository.OpenAsync(folder);
        repository.StepReached = step =>
        {
            if (step == fatalStep)
            {
                // SIGKILL: no finally, no flush.
                Process.GetCurrentProcess().Kill();
                new ManualResetEventSlim().Wait();
            }
        };
        await repository.AddAsync((Environment.GetEnvironmentVariable(TargetsVariable) ?? "data one").Split(' '));
    }
}
