using System.Diagnostics;

namespace Workflow.Data.Versioning;

/// <summary>Runs a program to its end.</summary>
internal static class RunningProgram
{
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string program, string folder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[key] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await errors);
    }

    public static async Task GitAsync(string folder, params string[] arguments)
    {
        var (exit, _, errors) = await RunAsync("git", folder, ["-c", "user.name=Dev", "-c", "user.email=dev@example.com", "-c", "init.defaultBranch=main", .. arguments]);
        Assert.True(exit == 0, $"git {string.Join(' ', arguments)}: {errors}");
    }
}
