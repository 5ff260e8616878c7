using System.Globalization;
using System.Text.Json;

namespace Workflow.Data.Versioning;

/// <summary><c>.dvc/tmp/rwlock</c>: the paths that running DVC pipelines read or write while they do not hold the repository's lock.</summary>
internal static class ReadWriteLockFile
{
    /// <summary>Refuses when a living process uses one of the paths.</summary>
    /// <param name="dvcFolder">The repository's <c>.dvc</c> folder.</param>
    /// <param name="paths">Absolute paths about to be written.</param>
    /// <exception cref="DvcException">A path is in use (<see cref="DvcErrorKind.Locked"/>), or the file is damaged.</exception>
    public static void CheckFree(string dvcFolder, IReadOnlyCollection<string> paths)
    {
        var file = Path.Combine(dvcFolder, "tmp", "rwlock");
        if (!File.Exists(file))
        {
            return;
        }

        var busy = new List<string>();
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (var mode in document.RootElement.EnumerateObject())
            {
                foreach (var entry in mode.Value.EnumerateObject())
                {
                    var used = entry.Name.TrimEnd('/');
                    if (paths.Any(p => p == used || p.StartsWith(used + "/", StringComparison.Ordinal) || used.StartsWith(p + "/", StringComparison.Ordinal)))
                    {
                        busy.AddRange(Holders(entry.Value).Select(h => $"'{used}' is in use by process {h}. Wait until it has ended."));
                    }
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new DvcException($"'{file}' is damaged. When no DVC process runs, delete it.", exception);
        }

        if (busy.Count > 0)
        {
            throw new DvcException(DvcErrorKind.Locked, [.. busy]);
        }
    }

    private static IEnumerable<string> Holders(JsonElement entry)
    {
        var holders = entry.ValueKind == JsonValueKind.Array ? entry.EnumerateArray().ToList() : [entry];
        foreach (var holder in holders)
        {
            if (holder.TryGetProperty("pid", out var pid) && pid.TryGetInt32(out var id) && IsAlive(id))
            {
                var command = holder.TryGetProperty("cmd", out var text) ? text.ToString() : "";
                yield return string.Create(CultureInfo.InvariantCulture, $"{id} ({command})");
            }
        }
    }

    private static bool IsAlive(int id)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
