namespace Workflow.Data.Versioning;

/// <summary>The real DVC 3.67.1, where this machine has it: <c>WORKFLOW_PEERS</c>, else <c>~/.cache/workflow-peers</c>.</summary>
internal static class RealDvc
{
    private static readonly Dictionary<string, string> Quiet = new(StringComparer.Ordinal)
    {
        ["DVC_NO_ANALYTICS"] = "1",
        ["DVC_STUDIO_OFFLINE"] = "1",
        ["DO_NOT_TRACK"] = "1",
        ["LC_ALL"] = "C.UTF-8",
    };

    /// <summary>Gets the program; skips the running test where there is none.</summary>
    public static string Require()
    {
        var peers = Environment.GetEnvironmentVariable("WORKFLOW_PEERS")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "workflow-peers");
        var program = Path.Combine(peers, "bin", "dvc");
        Assert.SkipUnless(File.Exists(program), $"needs the real DVC at '{program}': ../shared/peers/install.sh DIRECTORY, then WORKFLOW_PEERS=DIRECTORY");
        return program;
    }

    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(string folder, params string[] arguments) =>
        RunningProgram.RunAsync(Require(), folder, arguments, Quiet);

    public static async Task<string> SucceedAsync(string folder, params string[] arguments)
    {
        var (exit, output, errors) = await RunAsync(folder, arguments);
        Assert.True(exit == 0, $"dvc {string.Join(' ', arguments.Take(4))} ended with {exit}: {errors}");
        return output.Trim();
    }
}
