using System.Collections.Immutable;
using System.Globalization;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Configuration;
using Workflow.Data.Versioning.Transfers;

namespace Workflow.Data.Versioning.Imports;

/// <summary>Opens what an import names: paths, remotes, http, and what the given providers open.</summary>
internal sealed class UrlSources(RepositoryContext context, TransferMeter meter, int jobs)
{
    private static readonly string[] VersionSettings = ["version_aware", "worktree"];

    /// <summary>Opens a source; asks nobody yet.</summary>
    /// <exception cref="DvcException">Nothing here opens it.</exception>
    public UrlSource Open(ImportAddress address)
    {
        if (address.Text.Contains('\0', StringComparison.Ordinal) || address.Text.Length == 0)
        {
            throw new DvcException($"'{address.Shown.Replace('\0', '\uFFFD')}' is neither a path nor an address.");
        }

        if (address.IsPath)
        {
            return new LocalSource(context, Path.TrimEndingDirectorySeparator(Path.GetFullPath(address.Text, address.Folder)));
        }

        if (address.IsRemote)
        {
            return OpenInRemote(address);
        }

        RefuseVersions(address.Shown, address.Settings);
        return address.IsHttp ? OpenHttp(address.Text) : OpenBlob(address.Text, address.Settings);
    }

    private static void RefuseVersions(string shown, IReadOnlyDictionary<string, string> settings)
    {
        if (VersionSettings.FirstOrDefault(s => settings.GetValueOrDefault(s)?.ToUpperInvariant() is "TRUE") is { } setting)
        {
            throw new DvcException($"'{shown}' sets {setting}: it follows versions of the cloud, which is not supported here. Use DVC itself for it, or leave the setting out.");
        }
    }

    private UrlSource OpenInRemote(ImportAddress address)
    {
        var rest = address.Text[(address.Scheme.Length + "://".Length)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var path = slash < 0 ? "" : rest[(slash + 1)..].Trim('/');
        var remote = RemoteReader.Read(context.Configuration, slash < 0 ? rest : rest[..slash]);
        if (path.Split('/').Any(static p => p is ".." or "."))
        {
            throw new DvcException($"'{address.Shown}' leads out of its remote. Name a path in it.");
        }

        RefuseVersions(address.Shown, remote.Settings);
        var settings = remote.Settings.SetItems(address.Settings);
        return BlobStoreAddress.SchemeOf(remote.Url) switch
        {
            "" => new LocalSource(context, Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, Path.GetFullPath(remote.Url, context.Root)))),
            "http" or "https" when settings.ContainsKey("auth") => throw new DvcException($"The remote {remote} sets auth, which is not supported here. Give the repository a client that has the right to read it (DataRepository.WithHttpClient)."),
            "http" or "https" => OpenHttp(remote.Url.TrimEnd('/') + "/" + path),
            _ => OpenBlob(path.Length == 0 ? remote.Url : remote.Url.TrimEnd('/') + "/" + path, settings),
        };
    }

    private HttpSource OpenHttp(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            throw new DvcException($"'{DataRemote.Redact(address)}' is no address of http.");
        }

        return uri.AbsolutePath.EndsWith('/')
            ? throw new DvcException($"'{DataRemote.Redact(address)}' names a folder: over http only single files can be imported, because nothing lists what a folder holds.")
            : new HttpSource(context.HttpClient, uri, context.TimeProvider, meter);
    }

    private BlobSource OpenBlob(string address, ImmutableDictionary<string, string> settings)
    {
        var scheme = BlobStoreAddress.SchemeOf(address);
        var provider = context.Providers.FirstOrDefault(p => p.Schemes.Contains(scheme, StringComparer.Ordinal));
        if (provider is null)
        {
            var known = string.Join(", ", context.Providers.SelectMany(static p => p.Schemes).Select(static s => $"{s}://"));
            throw new DvcException($"Nothing here opens '{DataRemote.Redact(address)}'. What can be imported: paths, remote://NAME/path, http://, https://{(known.Length == 0 ? "" : ", " + known)}.");
        }

        var start = scheme.Length + "://".Length;
        var slash = address.IndexOf('/', start);
        var name = slash < 0 ? "" : address[(slash + 1)..].Trim('/');
        if (name.Length > 0 && !BlobName.IsValid(name))
        {
            throw new DvcException($"'{DataRemote.Redact(address)}' names no blob: parts that are empty, '.' or '..', backslashes and control characters are refused.");
        }

        try
        {
            return new BlobSource(provider.Open(new BlobStoreAddress(slash < 0 ? address : address[..slash], settings)), name, areMarksQuoted: scheme == "azure", context.TimeProvider, meter, jobs);
        }
        catch (ArgumentException exception)
        {
            throw new DvcException(string.Create(CultureInfo.InvariantCulture, $"'{DataRemote.Redact(address)}': {exception.Message}"), exception);
        }
    }
}
