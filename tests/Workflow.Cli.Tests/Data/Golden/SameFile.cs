using System.Diagnostics;

namespace Workflow.Cli.Tests.Data.Golden;

/// <summary>Hard links, for which .NET has no calls: through the system's own programs.</summary>
internal static class SameFile
{
    /// <summary>Gives a file a second name.</summary>
    public static void Link(string existing, string link) => Run("ln", existing, link);

    /// <summary>Tells whether two names are of one file.</summary>
    public static bool Is(string first, string second)
    {
        var inodes = Run("stat", "-c", "%d %i", first, second).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return inodes.Length == 2 && inodes[0] == inodes[1];
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
