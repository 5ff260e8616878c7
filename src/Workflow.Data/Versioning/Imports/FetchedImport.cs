using Workflow.Data.Storage;
using Workflow.Data.Versioning.Configuration;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Workspace;

namespace Workflow.Data.Versioning.Imports;

/// <summary>
/// The content of an import that records none, once it was fetched: DVC keeps it in the cache under <c>fs/PROTOCOL/TOKEN</c>, with its own names. Immutable.
/// </summary>
internal sealed class FetchedImport
{
    private readonly Dictionary<string, string> _paths;

    private FetchedImport(TrackedOutput output, DirectoryObject? folder, Dictionary<string, string> paths) => (Output, Folder, _paths) = (output, folder, paths);

    /// <summary>Gets the output as if it recorded the content.</summary>
    public TrackedOutput Output { get; }

    /// <summary>Gets the list of its files; null for a file.</summary>
    public DirectoryObject? Folder { get; }

    /// <summary>Gets where content with an id lies; null when it is none of this.</summary>
    public string? Find(string id) => _paths.GetValueOrDefault(id);

    /// <summary>Gets where the content is kept, whether or not it is there.</summary>
    /// <exception cref="DvcException">The import names a remote that there is not.</exception>
    public static string PathOf(RepositoryContext context, TrackedOutput output)
    {
        var (protocol, path) = output.Source is { } source ? Place(context, source) : ("local", output.Import!.Path);
        var record = output.SourceRecord;
        var state = record is { IsFolder: true } ? PythonTuple.Quoted(record.Value) : PythonTuple.Quoted(PythonTuple.Token(Meta(record)).ToString());
        return Path.Combine(context.Cache.Folder, "fs", protocol, PythonTuple.Token(PythonTuple.Quoted(path), state).ToString());
    }

    /// <summary>Whether the content is there.</summary>
    public static bool IsThere(RepositoryContext context, TrackedOutput output) => Path.Exists(PathOf(context, output));

    /// <summary>Reads what was fetched.</summary>
    /// <returns>Null when it was not.</returns>
    public static async Task<FetchedImport?> TryReadAsync(RepositoryContext context, TrackedOutput output, CancellationToken cancellationToken)
    {
        var path = PathOf(context, output);
        var stamp = PosixFiles.Stamp(path, followLinks: false);
        if (stamp.Kind is not (FileKind.File or FileKind.Folder))
        {
            return null;
        }

        var files = stamp.Kind == FileKind.File
            ? [new WorkspaceFile(path, stamp, IsLink: false)]
            : new WorkspaceWalk(path, new IgnoreRules(path, skipsNestedRepositories: false)).ListFiles("", isTolerant: false, cancellationToken).Select(f => f with { Path = Path.Combine(path, f.Path) }).ToList();
        var hashes = await new FileIngest(path, context.Jobs, context.TimeProvider).HashAsync(files, HashIndex.Empty, target: null, cancellationToken).ConfigureAwait(false);
        var paths = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < files.Count; i++)
        {
            paths[hashes[i].ToString()] = files[i].Path;
        }

        var folder = stamp.Kind == FileKind.File ? null : DirectoryObject.Create(files.Select((f, i) => new DirectoryEntry(f.Path[(path.Length + 1)..], hashes[i])));
        var id = folder is null ? hashes[0].ToString() : folder.Md5 + DirectoryObject.Suffix;
        return new FetchedImport(output with { Id = id, Size = null, FileCount = null, IsPartialImport = false, IsLegacy = false }, folder, paths);
    }

    // What DVC calls the file system, and the path in it.
    private static (string Protocol, string Path) Place(RepositoryContext context, ImportAddress source)
    {
        if (source.IsPath)
        {
            return ("local", Path.TrimEndingDirectorySeparator(Path.GetFullPath(source.Text, source.Folder)));
        }

        var address = source.Text;
        if (source.IsRemote)
        {
            var rest = address[(source.Scheme.Length + "://".Length)..];
            var slash = rest.IndexOf('/', StringComparison.Ordinal);
            var remote = RemoteReader.Read(context.Configuration, slash < 0 ? rest : rest[..slash]);
            address = slash < 0 ? remote.Url : $"{remote.Url.TrimEnd('/')}/{rest[(slash + 1)..]}";
        }

        var scheme = BlobStoreAddress.SchemeOf(address);
        return scheme switch
        {
            "" => ("local", Path.TrimEndingDirectorySeparator(Path.GetFullPath(address, context.Root))),
            "http" or "https" => (scheme, address),
            _ => (scheme, address[(scheme.Length + "://".Length)..].TrimEnd('/')),
        };
    }

    private static string Meta(SourceRecord? record)
    {
        var items = new List<string>();
        if (record is not null)
        {
            var invariant = System.Globalization.CultureInfo.InvariantCulture;
            items.AddRange(record.Size is { } size ? [string.Create(invariant, $"'size': {size}")] : []);
            items.AddRange(record.IsExecutable ? ["'isexec': True"] : []);
            items.Add($"'{record.Key}': {PythonTuple.Quoted(record.Value)}");
        }

        return "{" + string.Join(", ", items) + "}";
    }
}
