using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Locking;

/// <summary>
/// <c>.dvc/tmp/rwlock</c>: the paths that running commands read or write while they do not hold the repository's lock. DVC's pipelines
/// are entered there, and so is what we hash.
/// </summary>
internal sealed class ReadWriteLockFile : IAsyncDisposable
{
    private const string Write = "write";
    private readonly RepositoryContext _context;
    private readonly JsonObject _holder;
    private readonly IReadOnlyCollection<string> _paths;

    private ReadWriteLockFile(RepositoryContext context, JsonObject holder, IReadOnlyCollection<string> paths) => (_context, _holder, _paths) = (context, holder, paths);

    /// <summary>Enters paths as being written, until disposed. Entries of dead processes on the way are removed.</summary>
    /// <param name="context">The repository.</param>
    /// <param name="paths">Absolute paths.</param>
    /// <param name="cancellationToken">Ends the wait for the guard of the file.</param>
    /// <exception cref="DvcException">A living process uses one of the paths (<see cref="DvcErrorKind.Locked"/>), or the file is damaged.</exception>
    public static async Task<ReadWriteLockFile> EnterAsync(RepositoryContext context, IReadOnlyCollection<string> paths, CancellationToken cancellationToken)
    {
        // Without the last part two calls of one process would be one to DVC's rules.
        var holder = new JsonObject { ["pid"] = Environment.ProcessId, ["cmd"] = $"workflow data ({Guid.NewGuid():n})" };
        await EditAsync(context, root => Enter(root, holder, paths), cancellationToken).ConfigureAwait(false);
        return new ReadWriteLockFile(context, holder, paths);
    }

    public async ValueTask DisposeAsync() => await EditAsync(
        _context,
        root =>
        {
            if (root[Write] is JsonObject entries)
            {
                foreach (var path in _paths.Where(p => JsonNode.DeepEquals(entries[p], _holder)))
                {
                    entries.Remove(path);
                }
            }
        },
        CancellationToken.None).ConfigureAwait(false);

    internal static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static void Enter(JsonObject root, JsonObject holder, IReadOnlyCollection<string> paths)
    {
        var busy = new List<string>();
        foreach (var mode in root.ToList())
        {
            foreach (var (name, users) in mode.Value!.AsObject().ToList())
            {
                var used = name.TrimEnd('/');
                if (paths.Any(p => p == used || p.StartsWith(used + "/", StringComparison.Ordinal) || used.StartsWith(p + "/", StringComparison.Ordinal)))
                {
                    CheckUsers(mode.Value.AsObject(), name, users!, busy);
                }
            }
        }

        if (busy.Count > 0)
        {
            throw new DvcException(DvcErrorKind.Locked, [.. busy]);
        }

        var written = root[Write] as JsonObject ?? [];
        root[Write] = written;
        foreach (var path in paths)
        {
            written[path] = holder.DeepClone();
        }
    }

    private static void CheckUsers(JsonObject entries, string name, JsonNode users, List<string> busy)
    {
        var living = new JsonArray();
        foreach (var user in users is JsonArray list ? list.ToList() : [users])
        {
            var id = user?["pid"]?.GetValue<int>() ?? throw new FormatException($"The entry of '{name}' names no process.");
            if (IsAlive(id))
            {
                busy.Add(string.Create(CultureInfo.InvariantCulture, $"'{name}' is in use by process {id} ({user["cmd"]}). Wait until it has ended."));
                living.Add(user.DeepClone());
            }
        }

        if (living.Count == 0)
        {
            entries.Remove(name);
        }
        else if (users is JsonArray)
        {
            entries[name] = living;
        }
    }

    private static async Task EditAsync(RepositoryContext context, Action<JsonObject> edit, CancellationToken cancellationToken)
    {
        using var guard = await DvcLock.AcquireGuardAsync(context.DvcFolder, context.Configuration, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        var file = Path.Combine(context.DvcFolder, "tmp", "rwlock");
        JsonObject root;
        try
        {
            var text = File.Exists(file) ? await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false) : [];
            root = text.Length == 0 ? [] : JsonNode.Parse(text)?.AsObject() ?? throw new FormatException("It holds null.");
            edit(root);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new DvcException($"'{file}' is damaged. When no DVC process runs, delete it.", exception);
        }

        // Not flushed to disk: after a power cut all processes in it are dead.
        var temporary = file + AtomicFile.TemporarySuffix;
        await File.WriteAllTextAsync(temporary, root.ToJsonString(), CancellationToken.None).ConfigureAwait(false);
        File.Move(temporary, file, overwrite: true);
    }
}
