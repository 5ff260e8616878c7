using System.Diagnostics;
using System.Linq.Expressions;
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
            var repository = DataRepository.OpenAsync(folder).GetAwaiter().GetResult();
            repository.StepReached = DieAt(Environment.GetEnvironmentVariable(StepVariable)!);
            repository.AddAsync((Environment.GetEnvironmentVariable(TargetsVariable) ?? "data one").Split(' ')).GetAwaiter().GetResult();
            Process.GetCurrentProcess().Kill();
        }
    }

    // Signal 9: no finally, no flush. Made at run time, because code of this module would wait on another thread for the module's
    // initializer, that is for the add.
    private static Action<string> DieAt(string fatalStep)
    {
        var step = Expression.Parameter(typeof(string));
        var kill = Expression.Call(Expression.Constant(Process.GetCurrentProcess()), nameof(Process.Kill), Type.EmptyTypes);
        var wait = Expression.Call(Expression.Constant(new ManualResetEventSlim()), nameof(ManualResetEventSlim.Wait), Type.EmptyTypes);
        return Expression.Lambda<Action<string>>(Expression.IfThen(Expression.Equal(step, Expression.Constant(fatalStep)), Expression.Block(kill, wait)), step).Compile();
    }
}
