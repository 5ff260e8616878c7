using System.Diagnostics;

namespace Workflow.Cli.Tests;

/// <summary>Runs a program to its end.</summary>
internal static class RunningProgram
{
    /// <summary>Gets the tool as a program of its own, as it was built.</summary>
    public static string Tool { get; } = Path.Combine(AppContext.BaseDirectory, "workflow");

    public static async Task<ToolResult> RunAsync(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment.Remove("WORKFLOW_ROOT");
        start.Environment["DVC_NO_ANALYTICS"] = "1";
        start.Environment["DO_NOT_TRACK"] = "1";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new ToolResult(process.ExitCode, output, await error);
    }
}
