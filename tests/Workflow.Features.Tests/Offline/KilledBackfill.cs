using System.Diagnostics;
using System.Runtime.CompilerServices;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;
using Workflow.Features.Offline;
using Workflow.Features.Views;
using Expression = System.Linq.Expressions.Expression;

namespace Workflow.Features.Tests.Offline;

/// <summary>The child of the kill tests: this program, started with two variables set, backfills and dies at a step.</summary>
internal static class KilledBackfill
{
    public const string FolderVariable = "WORKFLOW_BACKFILL_FOLDER";
    public const string StepVariable = "WORKFLOW_BACKFILL_STEP";

    /// <summary>Gets a service of two groups of views; the second version has another window.</summary>
    public static FeatureService Service(int version) => FeatureService.Define("killed")
        .View(FeatureView.Define("origins", "log").Entity("origin").EventTime("date").Windowed("n", Aggregate.Count(), TimeSpan.FromMicroseconds(10 * version)).Latest("delay", "delay").Build())
        .View(FeatureView.Define("cities", "log").Entity("destination").EventTime("date").Windowed("delay", Aggregate.Mean("delay"), TimeSpan.FromMicroseconds(50)).Build())
        .Build();

    public static BatchTable Log(int rows = 400) => LogEvent.Table(
        [.. Enumerable.Range(0, rows).Select(static i => new LogEvent($"o{i % 37}", $"d{i % 11}", i, i) { Delay = i % 40 })], 100);

    public static Task<BackfillReport> RunAsync(string folder, int version, Action<string>? step = null)
    {
        var log = Log();
        return new FeatureBackfill { StepReached = step }.RunAsync(
            Service(version), new LabelTable(log, "date"), new Dictionary<string, TableSource> { ["log"] = log }, new FeatureBackfillOptions { Folder = folder, Partitions = 4 });
    }

    [ModuleInitializer]
    internal static void Run()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { } folder)
        {
            RunAsync(folder, 2, DieAt(Environment.GetEnvironmentVariable(StepVariable)!)).GetAwaiter().GetResult();
            Process.GetCurrentProcess().Kill();
        }
    }

    // Signal 9: no finally, no flush. Made at run time, because code of this module would wait on another thread for the module's
    // initializer, that is for the backfill.
    private static Action<string> DieAt(string fatalStep)
    {
        var step = Expression.Parameter(typeof(string));
        var kill = Expression.Call(Expression.Constant(Process.GetCurrentProcess()), nameof(Process.Kill), Type.EmptyTypes);
        var wait = Expression.Call(Expression.Constant(new ManualResetEventSlim()), nameof(ManualResetEventSlim.Wait), Type.EmptyTypes);
        return Expression.Lambda<Action<string>>(Expression.IfThen(Expression.Equal(step, Expression.Constant(fatalStep)), Expression.Block(kill, wait)), step).Compile();
    }
}
