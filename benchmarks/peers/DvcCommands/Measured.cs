using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace DvcCommands;

/// <summary>What one command cost: processor seconds of it and its children, and wall seconds.</summary>
internal readonly partial record struct Measured(double Cpu, double Wall)
{
    private const int Children = -1;

    /// <summary>Runs a shell command to its end.</summary>
    public static Measured Run(string folder, string command)
    {
        var before = ChildrenSeconds();
        var watch = TimeProvider.System.GetTimestamp();
        var start = new ProcessStartInfo("sh") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, ArgumentList = { "-c", command } };
        start.Environment["DVC_NO_ANALYTICS"] = "1";
        start.Environment["DVC_STUDIO_OFFLINE"] = "1";
        using var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        var wall = TimeProvider.System.GetElapsedTime(watch).TotalSeconds;
        return process.ExitCode == 0
            ? new Measured(ChildrenSeconds() - before, wall)
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"'{command}' ended with {process.ExitCode}: {errors}"));
    }

    public static Measured operator +(Measured a, Measured b) => new(a.Cpu + b.Cpu, a.Wall + b.Wall);

    public static Measured Median(IReadOnlyList<Measured> rounds) => new(Middle(rounds.Select(static r => r.Cpu)), Middle(rounds.Select(static r => r.Wall)));

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[sorted.Count / 2] + sorted[(sorted.Count - 1) / 2]) / 2;
    }

    private static double ChildrenSeconds()
    {
        var usage = new long[18];
        return GetUsage(Children, usage) == 0
            ? usage[0] + usage[2] + ((usage[1] + usage[3]) / 1e6)
            : throw new InvalidOperationException("getrusage failed.");
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetUsage(int who, [Out] long[] usage);
}
