using System.Diagnostics;
using Workflow.Repository;

namespace FlightDelays.Tests.Runs;

/// <summary>Runs the sample's own executable, as a user does.</summary>
internal static class FlightProgram
{
    // Tests and sample are built in the same configuration, whose folder's name both share.
    private static readonly string Executable = Path.Combine(
        SharedFolder.RepositoryRoot, "artifacts", "bin", "FlightDelays", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), OperatingSystem.IsWindows() ? "FlightDelays.exe" : "FlightDelays");

    /// <summary>Runs it to its end.</summary>
    public static Task<ProgramResult> RunAsync(params IReadOnlyList<string> arguments) => RunAsync(arguments, Timeout.InfiniteTimeSpan);

    /// <summary>Runs it, and kills it (SIGKILL: nothing of it runs any more) when it has not ended in time.</summary>
    public static async Task<ProgramResult> RunAsync(IReadOnlyList<string> arguments, TimeSpan killAfter)
    {
        var test = TestContext.Current.CancellationToken;
        var started = TimeProvider.System.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(Executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
            using var moment = new CancellationTokenSource(killAfter, TimeProvider.System);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(test, moment.Token);
            var isKilled = false;
            try
            {
                await process.WaitForExitAsync(stop.Token);
            }
            catch (OperationCanceledException) when (!test.IsCancellationRequested)
            {
                process.Kill();
                await process.WaitForExitAsync(test);

                // It may have ended by itself in the very last moment.
                isKilled = process.ExitCode != 0;
            }

            return new ProgramResult(isKilled ? null : process.ExitCode, await output, await error, TimeProvider.System.GetElapsedTime(started));
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
