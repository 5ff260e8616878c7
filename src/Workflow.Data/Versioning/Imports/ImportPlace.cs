using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning.Imports;

/// <summary>Where imported data goes: checked before anything is fetched, and made known to git afterwards.</summary>
internal sealed class ImportPlace
{
    private readonly RepositoryContext _context;

    private ImportPlace(RepositoryContext context, string path) => (_context, Path) = (context, path);

    /// <summary>Gets the output's path, relative to the repository's root.</summary>
    public string Path { get; }

    public string MetafilePath => Path + ".dvc";

    /// <summary>Gets whether git is told to leave the output alone. DVC does not tell it about what is added straight into a remote.</summary>
    public bool IsIgnored { get; init; } = true;

    /// <summary>Gets the absolute folder that the output and its <c>.dvc</c> file lie in.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(_context.FullPath(Path))!;

    /// <summary>Gets the absolute path of the output.</summary>
    public string FullPath => _context.FullPath(Path);

    /// <summary>Resolves where the data goes.</summary>
    /// <param name="context">The repository.</param>
    /// <param name="folder">What a relative path starts from.</param>
    /// <param name="output">What was asked for; an existing folder: into it. Null: under its own name.</param>
    /// <param name="name">Its own name.</param>
    /// <param name="isIgnored">See <see cref="IsIgnored"/>.</param>
    /// <exception cref="DvcException">It cannot go there by its name alone.</exception>
    public static ImportPlace Resolve(RepositoryContext context, string folder, string? output, string name, bool isIgnored = true)
    {
        var wanted = output is null ? name : Directory.Exists(System.IO.Path.GetFullPath(output, folder)) && name.Length > 0 ? System.IO.Path.Combine(output, name) : output;
        if (wanted.Length == 0 || wanted.Contains('\0', StringComparison.Ordinal))
        {
            throw new DvcException("What is imported has no name of its own. Say where it goes (OUT).");
        }

        var path = RepositoryPath.TryResolve(context.Root, folder, wanted);
        if (path is not { Length: > 0 })
        {
            throw new DvcException($"'{wanted}' is no path in the repository '{context.Root}'.");
        }

        var last = RepositoryPath.NameOf(path);
        if (last.EndsWith(".dvc", StringComparison.Ordinal) || last == "dvc.yaml" || path == RepositoryContext.DvcFolderName || path.StartsWith(RepositoryContext.DvcFolderName + "/", StringComparison.Ordinal) || path.Split('/').Contains(".git", StringComparer.Ordinal))
        {
            throw new DvcException($"'{path}' is a place of DVC or git. Import it to another one (OUT).");
        }

        return last.AsSpan().ContainsAny('\u0085', '\u2028', '\u2029') || last.Contains('\uFFFD', StringComparison.Ordinal)
            ? throw new DvcException($"The name of '{path}' holds a line separator or bytes that are not UTF-8: DVC reads another name back. Import it under another name (OUT).")
            : new ImportPlace(context, path) { IsIgnored = isIgnored };
    }

    /// <summary>Gets the place of an import that is there already.</summary>
    public static ImportPlace Of(RepositoryContext context, TrackedOutput output) => new(context, output.Path);

    /// <summary>Refuses a place that is taken, or that nothing can be tracked at: all problems at once.</summary>
    public async Task CheckAsync(bool isForced, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        if (!isForced && System.IO.Path.Exists(FullPath))
        {
            problems.Add($"'{Path}' exists. Replace it with --force, or import it under another name.");
        }

        if (!Directory.Exists(Folder))
        {
            problems.Add($"The folder of '{Path}' does not exist.");
        }

        for (var above = RepositoryPath.FolderOf(Path); above.Length > 0; above = RepositoryPath.FolderOf(above))
        {
            if (PosixFiles.Stamp(_context.FullPath(above), followLinks: false).Kind == FileKind.SymbolicLink)
            {
                problems.Add($"'{above}' is a symbolic link: nothing is imported into it. Import into the folder that it points to.");
            }
        }

        if (new IgnoreRules(_context.Root, skipsNestedRepositories: false).IsIgnored(Path, isFolder: false, out var source))
        {
            problems.Add($"'{Path}' is ignored by {source}, so DVC could not track it. Change that line, or import it under another name.");
        }

        var catalog = await new CatalogReader(_context, new IgnoreRules(_context.Root, skipsNestedRepositories: true)).ReadWorkspaceAsync(cancellationToken).ConfigureAwait(false);
        problems.AddRange(catalog.Outputs
            .Where(o => o.MetafilePath != MetafilePath && (o.Path == Path || RepositoryPath.IsInside(o.Path, Path) || RepositoryPath.IsInside(Path, o.Path)))
            .Select(o => $"'{Path}' overlaps with '{o.Path}', which '{o.MetafilePath}' tracks."));
        if (_context.Git is { } git)
        {
            var tracked = await git.RunAsync(["--literal-pathspecs", "ls-files", "-z", "--cached", "--", Path], input: null, [], cancellationToken).ConfigureAwait(false);
            if (tracked.Records.Length > 0)
            {
                problems.Add($"'{Path}' is tracked by git, wholly or in part. Stop that first: git rm -r --cached '{Path}'");
            }
        }

        if (problems.Count > 0)
        {
            throw new DvcException(DvcErrorKind.BadInput, [.. problems]);
        }
    }

    /// <summary>Reads the <c>.dvc</c> file that is there.</summary>
    /// <returns>Null when there is none.</returns>
    public async Task<byte[]?> ReadMetafileAsync(CancellationToken cancellationToken) =>
        File.Exists(_context.FullPath(MetafilePath)) ? await File.ReadAllBytesAsync(_context.FullPath(MetafilePath), cancellationToken).ConfigureAwait(false) : null;

    /// <summary>Writes the <c>.dvc</c> file and <c>.gitignore</c>, and stages both where that is set.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="old">The file that is there: an equal one is not written. Null for none.</param>
    /// <param name="cancellationToken">Ends git.</param>
    public async Task RecordAsync(byte[] bytes, byte[]? old, CancellationToken cancellationToken)
    {
        if (old is null || !old.AsSpan().SequenceEqual(bytes))
        {
            await AtomicFile.WriteAllBytesAsync(_context.FullPath(MetafilePath), bytes, cancellationToken).ConfigureAwait(false);
        }

        if (_context.Git is not { } git)
        {
            return;
        }

        List<string> changed = [MetafilePath];
        var file = RepositoryPath.Join(RepositoryPath.FolderOf(Path), ".gitignore");
        if (IsIgnored && (await git.RunWithPathsAsync(["check-ignore", "-z", "--stdin", "--no-index"], [Path], [1], cancellationToken).ConfigureAwait(false)).Records.Length == 0 && await GitIgnoreFile.AddAsync(_context.FullPath(file), [RepositoryPath.NameOf(Path)], cancellationToken).ConfigureAwait(false))
        {
            changed.Add(file);
        }

        if (_context.Configuration.Autostage)
        {
            await git.StageAsync(changed, cancellationToken).ConfigureAwait(false);
        }
    }
}
