using Spectre.Console;
using Workflow.Training.Trainers;

namespace FlightDelays.Loop;

/// <summary>Shows how far a long step is where a person watches; silent where output is redirected.</summary>
internal sealed class ProgressLine(IAnsiConsole console) : IProgress<TrainingProgress>
{
    private ProgressTask? _task;

    /// <summary>Runs a step under a progress bar.</summary>
    public async Task<T> RunAsync<T>(string name, Func<Task<T>> run)
    {
        if (!console.Profile.Capabilities.Interactive)
        {
            return await run();
        }

        return await console.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async context =>
            {
                _task = context.AddTask(name);
                _task.IsIndeterminate = true;
                try
                {
                    return await run();
                }
                finally
                {
                    _task = null;
                }
            });
    }

    /// <inheritdoc/>
    public void Report(TrainingProgress value) => Report(value.Fraction ?? 0);

    /// <summary>Reports a fraction from 0 to 1.</summary>
    public void Report(double fraction)
    {
        if (_task is { } task)
        {
            task.IsIndeterminate = false;
            task.Value = 100 * fraction;
        }
    }
}
