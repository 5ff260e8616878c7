using System.Collections.Immutable;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Revisions;

/// <summary>Collects what a repository refers to. Used once.</summary>
internal sealed class UsedObjectCollector(RepositoryContext context)
{
    private readonly HashSet<TrackedOutput> _outputs = [];

    /// <summary>Gets the imports of the workspace that record no content: theirs has to come from what they follow.</summary>
    public List<TrackedOutput> Elsewhere { get; } = [];

    /// <summary>Gets all that the workspace tracks, once it was collected.</summary>
    public OutputCatalog Workspace { get; private set; } = OutputCatalog.Empty;

    /// <summary>Gets or sets ids that count as if something referred to them, with and without <c>.dir</c>.</summary>
    public IReadOnlySet<string>? Pinned { get; set; }

    /// <summary>Gets or sets whether commits whose metafiles cannot be read are passed over (<c>--skip-failed</c>).</summary>
    public bool SkipsFailed { get; set; }

    /// <summary>Collects from the workspace and the commits of a scope.</summary>
    /// <exception cref="DvcException">A metafile is wrong, with all that is wrong in all of them; or git fails.</exception>
    public async Task<UsedObjects> CollectAsync(RevisionScope scope, CancellationToken cancellationToken)
    {
        var outputs = await CollectOutputsAsync(scope, cancellationToken).ConfigureAwait(false);
        return await ExpandAsync(outputs, fetchList: null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same without what lists of files name: for who needs only a part of it.</summary>
    public async Task<IReadOnlyCollection<TrackedOutput>> CollectOutputsAsync(RevisionScope scope, CancellationToken cancellationToken)
    {
        var rules = new IgnoreRules(context.Root, skipsNestedRepositories: true);
        var reader = new CatalogReader(context, rules);
        var workspace = await reader.ReadWorkspaceAsync(cancellationToken).ConfigureAwait(false);
        Workspace = workspace;
        Add(workspace.Outputs);
        Elsewhere.AddRange(workspace.Outputs.Where(static o => o is { IsCached: true, IsContentElsewhere: true, HasForeignHash: false, IsCloudVersioned: false }));
        if (!scope.IsWorkspaceOnly && context.Git is { } git)
        {
            await AddCommitsAsync(git, reader, rules, scope, cancellationToken).ConfigureAwait(false);
        }

        return _outputs;
    }

    private async Task AddCommitsAsync(GitProgram git, CatalogReader reader, IgnoreRules rules, RevisionScope scope, CancellationToken cancellationToken)
    {
        var commits = await new CommitLister(git).ListAsync(scope, cancellationToken).ConfigureAwait(false);
        var metafiles = await new CommitTrees(git, context.GitPrefix).FindAsync(commits, cancellationToken).ConfigureAwait(false);
        var blobs = metafiles.SelectMany(static m => m.LockBlob is null ? [m.Blob] : new[] { m.Blob, m.LockBlob }).Distinct(StringComparer.Ordinal);
        var texts = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        await foreach (var blob in new GitObjectReader(git).ReadAsync(blobs, cancellationToken).ConfigureAwait(false))
        {
            texts[blob.Id] = blob.Content.ToArray();
        }

        var problems = new List<string>();
        foreach (var metafile in metafiles)
        {
            try
            {
                Add(reader.Parse(metafile.Path, texts[metafile.Blob], metafile.LockBlob is null ? null : texts[metafile.LockBlob]));
            }
            catch (DvcException exception)
            {
                // What .dvcignore hides now was perhaps never meant to be read.
                if (!SkipsFailed && !rules.IsIgnored(metafile.Path, isFolder: false, out _))
                {
                    problems.AddRange(exception.Problems.Select(p => $"{p} (git object {metafile.Blob[..12]})"));
                }
            }
        }

        if (problems.Count > 0)
        {
            problems.Add("Metafiles of earlier commits cannot be read, so what they refer to is not known. Pass over them with --skip-failed.");
            throw new DvcException(DvcErrorKind.BadInput, [.. problems]);
        }
    }

    private void Add(IEnumerable<TrackedOutput> outputs) =>
        _outputs.UnionWith(outputs.Where(static o => o is { IsCached: true, Id: not null, HasForeignHash: false, IsPartialImport: false, IsCloudVersioned: false }));

    /// <summary>Finds the objects of outputs, with those that lists of files name, and of what is pinned.</summary>
    /// <param name="outputs">From <see cref="CollectOutputsAsync"/>.</param>
    /// <param name="fetchList">Reads a list of files that the cache and a local default remote lack, or gives null; null when nothing can.</param>
    /// <param name="cancellationToken">Observed between outputs.</param>
    public async Task<UsedObjects> ExpandAsync(IReadOnlyCollection<TrackedOutput> outputs, Func<ObjectId, CancellationToken, Task<DirectoryObject?>>? fetchList, CancellationToken cancellationToken)
    {
        var all = new HashSet<ObjectId>();
        var missing = ImmutableArray.CreateBuilder<ObjectId>();
        var fetched = ImmutableArray.CreateBuilder<DirectoryObject>();
        var damaged = ImmutableArray.CreateBuilder<string>();
        var names = outputs.Select(static o => (o.Id!, o.IsLegacy)).Concat((Pinned ?? new HashSet<string>()).SelectMany(static p => new[] { (p, false), (p, true) }));
        foreach (var (name, isLegacy) in names)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!ObjectId.TryParse(name, isLegacy, out var id) || !all.Add(id) || !id.IsFolder)
            {
                continue;
            }

            try
            {
                var folder = context.Cache.TryReadDirectory(id.Name, id.IsLegacy);
                var isCached = context.Cache.Contains(id.Name, id.IsLegacy);
                if (folder is null && !isCached)
                {
                    folder = fetchList is null ? null : await fetchList(id, cancellationToken).ConfigureAwait(false);
                    if (folder is null)
                    {
                        if (Pinned?.Contains(name) != true)
                        {
                            missing.Add(id);
                        }

                        continue;
                    }
                }

                if (folder is null || folder.Md5 != id.Md5)
                {
                    damaged.Add($"{id.Name}: the object is no list of files, or not the one of that name");
                    continue;
                }

                if (!isCached)
                {
                    fetched.Add(folder);
                }

                all.UnionWith(folder.Entries.Select(e => new ObjectId(e.Md5, IsFolder: false, id.IsLegacy)));
            }
            catch (DvcException exception)
            {
                damaged.AddRange(exception.Problems);
            }
        }

        return new UsedObjects { Outputs = [.. outputs], All = all, MissingLists = missing.ToImmutable(), FetchedLists = fetched.ToImmutable(), DamagedLists = damaged.ToImmutable() };
    }
}
