using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Workflow.Features.Online;
using Workflow.Features.Streaming;

namespace Workflow.Features.Tests.Streaming;

/// <summary>A child process that takes a stream in until it is killed: this program, started with a variable in its environment.</summary>
internal static class KilledStream
{
    private const string Place = "WORKFLOW_STREAM_PLACE";

    private static string NoteOf(string folder) => folder + ".acknowledged";

    /// <summary>Starts a child that goes on with a store, and kills it once it has acknowledged so many batches.</summary>
    /// <returns>How many batches it had acknowledged when it was dead.</returns>
    public static async Task<int> KillAtAsync(string folder, int batches)
    {
        // The test runner of the child has only to print its help.
        var program = Path.Combine(AppContext.BaseDirectory, typeof(KilledStream).Assembly.GetName().Name!);
        var start = new ProcessStartInfo(program, ["--help"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[Place] = folder;
        using var child = Process.Start(start)!;
        while (Acknowledged(folder) < batches && !child.HasExited)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }

        child.Kill();
        await child.WaitForExitAsync();
        return Acknowledged(folder);
    }

    public static int Acknowledged(string folder) => File.Exists(NoteOf(folder)) && int.TryParse(File.ReadAllText(NoteOf(folder)), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;

    public static void Forget(string folder) => File.Delete(NoteOf(folder));

    [ModuleInitializer]
    internal static void RunIfChild()
    {
        if (Environment.GetEnvironmentVariable(Place) is { } folder)
        {
            // On a thread of its own: while an initializer runs, nobody else may use the module. Nothing ends before it does.
            new Thread(() =>
            {
                RunAsync(folder).GetAwaiter().GetResult();
                Environment.Exit(0);
            }).Start();
        }
    }

    private static async Task RunAsync(string folder)
    {
        await using var online = await OnlineFeatures.OpenAsync(StoredLog.Service, new OnlineStorageOptions { Folder = folder, SnapshotAfterBytes = 4000 });
        for (var number = StoredLog.Held(online); number < StoredLog.Batches; number++)
        {
            await StoredLog.IngestAsync(online, number, number + 1);

            // Renamed over the last note, so that a reader sees a whole number.
            await File.WriteAllTextAsync(NoteOf(folder) + "2", (number + 1).ToString(CultureInfo.InvariantCulture));
            File.Move(NoteOf(folder) + "2", NoteOf(folder), overwrite: true);
        }
    }
}
