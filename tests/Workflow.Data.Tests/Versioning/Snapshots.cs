using System.Globalization;

namespace Workflow.Data.Versioning;

/// <summary>
/// Copies of a repository as a kill at each step would leave it: signal 9 leaves the files as they are at that moment and frees every
/// lock of the system, and so does a copy. The entries of the living test process in <c>rwlock</c> become those of a dead one.
/// </summary>
internal sealed class Snapshots(string repository) : IDisposable
{
    private readonly TemporaryFolder _folder = new(isInMemory: true);

    public List<(string Step, string Path)> All { get; } = [];

    public void Take(string step)
    {
        var path = _folder[All.Count.ToString(CultureInfo.InvariantCulture)];
        Copy(repository, path);
        var rwlock = Path.Combine(path, ".dvc/tmp/rwlock");
        if (File.Exists(rwlock))
        {
            var text = File.ReadAllText(rwlock)
                .Replace(repository, path, StringComparison.Ordinal)
                .Replace(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), "2147483646", StringComparison.Ordinal);
            File.WriteAllText(rwlock, text);
        }

        All.Add((step, path));
    }

    public void Dispose() => _folder.Dispose();

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            // File.Copy would ask for the lock that the copied process holds.
            var target = Path.Combine(to, Path.GetFileName(file));
            var bytes = new byte[new FileInfo(file).Length];
            Storage.PosixFiles.ReadFile(file, bytes, out _);
            File.WriteAllBytes(target, bytes);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(target, File.GetUnixFileMode(file));
            }
        }

        foreach (var folder in Directory.EnumerateDirectories(from))
        {
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }
}
