using System.Globalization;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Configuration;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>The remotes of a repository, each opened when it is first asked for. Not thread-safe.</summary>
internal sealed class RemoteSet(RepositoryContext context) : IDisposable
{
    private static readonly string[] LocalSchemes = ["", "file", "local"];
    private readonly Dictionary<string, ObjectRemote> _open = new(StringComparer.Ordinal);

    /// <summary>Gets a remote.</summary>
    /// <param name="name">Its name; null: the default.</param>
    /// <exception cref="DvcException">There is none, it cannot be used here, or its settings are wrong.</exception>
    public ObjectRemote Get(string? name)
    {
        var key = (name ?? context.Configuration.DefaultRemote)?.ToLowerInvariant() ?? "";
        if (!_open.TryGetValue(key, out var remote))
        {
            _open[key] = remote = Open(RemoteReader.Read(context.Configuration, name));
        }

        return remote;
    }

    public void Dispose()
    {
        foreach (var remote in _open.Values)
        {
            remote.Dispose();
        }
    }

    private ObjectRemote Open(DataRemote remote)
    {
        foreach (var unsupported in new[] { "version_aware", "worktree" })
        {
            if (remote.Settings.GetValueOrDefault(unsupported)?.ToUpperInvariant() is "TRUE")
            {
                throw new DvcException($"The remote {remote} sets {unsupported}: it keeps files under their own names and versions of the cloud, which is not supported here. Use DVC itself for it, or a remote without that setting.");
            }
        }

        var jobs = remote.Settings.TryGetValue("jobs", out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (int?)null;
        var store = OpenStore(remote);
        if (!context.ChunkStores.TryGetValue(remote.Name, out var options))
        {
            return new PlainRemote(remote.Name, store, jobs, context.TimeProvider);
        }

        // Kept beside the hashes: then a push or pull of nothing is two requests at most.
        var settings = options.Clone();
        settings.CacheFolder ??= Path.Combine(context.OwnFolder, "chunks");
        return new ChunkRemote(remote.Name, store, settings, jobs, context.TimeProvider);
    }

    private IBlobStore OpenStore(DataRemote remote)
    {
        var scheme = BlobStoreAddress.SchemeOf(remote.Url);
        if (LocalSchemes.Contains(scheme, StringComparer.Ordinal))
        {
            var path = scheme.Length == 0 ? remote.Url : remote.Url[(scheme.Length + "://".Length)..];
            return new LocalBlobStore(Path.GetFullPath(path, context.Root), context.TimeProvider);
        }

        var provider = context.Providers.FirstOrDefault(p => p.Schemes.Contains(scheme, StringComparer.Ordinal))
            ?? throw new DvcException($"Nothing here opens the remote {remote}. {Known()}");
        try
        {
            return provider.Open(new BlobStoreAddress(remote.Url, remote.Settings));
        }
        catch (ArgumentException exception)
        {
            throw new DvcException($"The remote {remote}: {exception.Message}", exception);
        }
    }

    private string Known()
    {
        var schemes = context.Providers.SelectMany(static p => p.Schemes).Select(static s => $"{s}://").ToList();
        return schemes.Count == 0
            ? "Give the repository the provider of such remotes, for example that of Workflow.Data.S3 (DataRepository.WithProviders)."
            : $"What can be used: a local folder, {string.Join(", ", schemes)}.";
    }
}
