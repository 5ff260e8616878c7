using System.Globalization;
using FlightDelays.Loop;
using Spectre.Console;

namespace FlightDelays;

/// <summary>One run of the loop: its state, its journal, and what it prints.</summary>
internal static class FlightRun
{
    /// <summary>Runs the loop and prints a line and the figures of every step.</summary>
    /// <param name="options">What the command line asks for.</param>
    /// <param name="console">Where to print.</param>
    /// <param name="configure">Changes the loop before it runs; tests spoil the challenger here.</param>
    /// <param name="cancellationToken">Stops between batches; a rerun goes on.</param>
    /// <returns>The records of all steps.</returns>
    public static async Task<IReadOnlyDictionary<string, StepRecord>> RunAsync(FlightOptions options, IAnsiConsole console, Action<FlightLoop> configure, CancellationToken cancellationToken)
    {
        if (!File.Exists(options.Data))
        {
            throw new FileNotFoundException($"There is no file '{options.Data}'. Give a Parquet file of flights with --data.", options.Data);
        }

        if (options.Fresh && Directory.Exists(options.Work))
        {
            Directory.Delete(options.Work, recursive: true);
        }

        Directory.CreateDirectory(options.Work);
        var services = new ServiceCollection();
        services.AddWorkflowData(o => o.Root = Path.Combine(options.Work, "state"));
        services.AddWorkflowTraining().UseLightGbm();
        await using var state = services.BuildServiceProvider();
        var started = TimeProvider.System.GetTimestamp();
        var printer = new StepPrinter(console);
        var journal = new StepJournal(options.Work, BuildId(), printer.Finished);
        var loop = new FlightLoop(options, state, journal, new ProgressLine(console));
        configure(loop);
        await loop.RunAsync(cancellationToken);
        await printer.SummaryAsync(journal, state, TimeProvider.System.GetElapsedTime(started));
        return journal.Records;
    }

    // Another build may compute something else: its steps are done again.
    private static string BuildId() => string.Join(' ', new[] { typeof(FlightRun), typeof(Workflow.Data.DataOptions), typeof(Workflow.Features.Views.FeatureView), typeof(Workflow.Training.LightGbm.LightGbmModel), typeof(Workflow.Inference.Scoring.OnnxScorer), typeof(Workflow.Monitoring.Drift.DriftReference) }
        .Select(t => t.Module.ModuleVersionId.ToString("N", CultureInfo.InvariantCulture)));
}
