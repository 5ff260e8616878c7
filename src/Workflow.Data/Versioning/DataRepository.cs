using System.Collections.Immutable;
using Workflow.Data.Chunking;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Imports;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Stages;
using Workflow.Data.Versioning.Transfers;

namespace Workflow.Data.Versioning;

/// <summary>A DVC 3 repository on disk: data versioned in files that DVC itself reads and would have written, byte for byte.</summary>
/// <remarks>
/// <para>Safe for concurrent use. Many read at once (status, diff, push and fetch among them), one writes: what changes metafiles or the
/// workspace holds the repository's lock alone for that moment, which DVC and other processes respect, and waits for it
/// (<see cref="LockTimeout"/>); <see cref="StatusAsync"/> takes none. A process killed at any moment leaves a repository that DVC reads.</para>
/// <para>Settings and metafiles are read anew by each call. Needs the <c>git</c> program unless the repository was made without.</para>
/// </remarks>
public sealed class DataRepository
{
    internal static readonly TimeSpan DefaultLockTimeout = TimeSpan.FromSeconds(60);
    private readonly TimeProvider _timeProvider;
    private ImmutableArray<IBlobStoreProvider> _providers = [];
    private ImmutableDictionary<string, ChunkStoreOptions> _chunkStores = ImmutableDictionary<string, ChunkStoreOptions>.Empty;
    private HttpClient? _httpClient;
    private TimeSpan _lockTimeout = DefaultLockTimeout;

    private DataRepository(string root, TimeProvider? timeProvider) => (Root, _timeProvider) = (root, timeProvider ?? TimeProvider.System);

    private DataRepository(DataRepository other) => (Root, _timeProvider, _providers, _chunkStores, _httpClient, _lockTimeout, StepReached) =
        (other.Root, other._timeProvider, other._providers, other._chunkStores, other._httpClient, other._lockTimeout, other.StepReached);

    /// <summary>Gets the absolute path of the folder that holds <c>.dvc</c>.</summary>
    public string Root { get; }

    /// <summary>Gets the remotes and their settings; relative paths start from <see cref="Root"/>.</summary>
    public DataRemotes Remotes => new(Root, Root);

    /// <summary>
    /// Gets or sets how long an operation waits for others that work in the repository, of this process or another, DVC included,
    /// before it fails with <see cref="DvcErrorKind.Locked"/>. Default one minute; zero tries once. Each lock is waited for anew.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public TimeSpan LockTimeout
    {
        get => _lockTimeout;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            _lockTimeout = value;
        }
    }

    /// <summary>Gets or sets what is called between the steps of an add, by tests that stop there.</summary>
    internal Action<string>? StepReached { get; set; }

    /// <summary>Creates a repository: <c>dvc init</c>.</summary>
    /// <param name="root">An existing folder: the root of a git repository unless the options say otherwise.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="timeProvider">The clock; null: the system's.</param>
    /// <param name="cancellationToken">Observed between files.</param>
    /// <exception cref="DvcException">The folder is a repository already, is not in git, or is ignored by it.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public static async Task<DataRepository> InitAsync(
        string root, DataInitOptions? options = null, TimeProvider? timeProvider = null, CancellationToken cancellationToken = default)
    {
        var full = Normalize(root);
        if (!Directory.Exists(full))
        {
            throw new DirectoryNotFoundException($"The folder '{full}' does not exist. Create it first.");
        }

        await DvcInit.RunAsync(full, options ?? new DataInitOptions(), cancellationToken).ConfigureAwait(false);
        return new DataRepository(full, timeProvider);
    }

    /// <summary>Opens the repository around a folder.</summary>
    /// <param name="path">The repository's root or any folder in it.</param>
    /// <param name="timeProvider">The clock; null: the system's.</param>
    /// <param name="cancellationToken">Observed once.</param>
    /// <exception cref="DvcException">No repository there (<see cref="DvcErrorKind.NotARepository"/>), or its settings cannot be read.</exception>
    public static Task<DataRepository> OpenAsync(string path, TimeProvider? timeProvider = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var full = Normalize(path);
        var repository = new DataRepository(RepositoryContext.FindRoot(full), timeProvider);
        _ = repository.LoadContext();
        return Task.FromResult(repository);
    }

    /// <summary>Puts files and folders into the cache and records them in <c>.dvc</c> files: <c>dvc add</c>.</summary>
    /// <param name="targets">Files and folders in the repository, or parts of folders that are tracked already. At least one.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="cancellationToken">Observed between files. A cancelled call leaves at most objects that nothing refers to.</param>
    /// <exception cref="DvcException">A target cannot be added (then none is), or others hold a lock for longer than <see cref="LockTimeout"/>.</exception>
    public Task<DataAddResult> AddAsync(IReadOnlyList<string> targets, DataAddOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfZero(targets.Count, nameof(targets));
        return new DvcAdd(LoadContext(), options ?? new DataAddOptions(), StepReached).RunAsync(targets, cancellationToken);
    }

    /// <summary>Compares the last git commit, the <c>.dvc</c> files and the workspace: <c>dvc data status</c>. Asks no remote.</summary>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="cancellationToken">Observed between files.</param>
    /// <exception cref="DvcException">A <c>.dvc</c> file or a list of files is wrong, git fails, or a file changed while it was read.</exception>
    public Task<DataStatus> StatusAsync(DataStatusOptions? options = null, CancellationToken cancellationToken = default) =>
        new DvcDataStatus(LoadContext(), options ?? new DataStatusOptions()).RunAsync(cancellationToken);

    /// <summary>Gives the same repository with what opens remotes that are no local folders.</summary>
    /// <param name="providers">For example that of <c>Workflow.Data.S3</c>; they replace those given before.</param>
    public DataRepository WithProviders(params IReadOnlyList<IBlobStoreProvider> providers)
    {
        ArgumentNullException.ThrowIfNull(providers);
        return new DataRepository(this) { _providers = [.. providers] };
    }

    /// <summary>Gives the same repository with the client that imports from <c>http://</c> and <c>https://</c> use, for example one that signs requests.</summary>
    /// <param name="client">Stays open. Its <see cref="HttpClient.Timeout"/> limits how long an answer may take to begin.</param>
    public DataRepository WithHttpClient(HttpClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return new DataRepository(this) { _httpClient = client };
    }

    /// <summary>
    /// Gives the same repository with some of its remotes as chunk stores: what lies there is not DVC's layout, which
    /// <see cref="ExportAsync"/> makes of it, and a changed file costs its changes only. DVC's own settings cannot say so.
    /// </summary>
    /// <param name="stores">Settings by the name of the remote; they replace those given before. A configuration gives them by <see cref="ChunkStoreConfiguration"/>.</param>
    public DataRepository WithChunkStores(IReadOnlyDictionary<string, ChunkStoreOptions> stores)
    {
        ArgumentNullException.ThrowIfNull(stores);
        var copies = stores.ToImmutableDictionary(static s => s.Key.ToLowerInvariant(), static s => s.Value.Clone(), StringComparer.Ordinal);
        foreach (var options in copies.Values)
        {
            options.Validate();
        }

        return new DataRepository(this) { _chunkStores = copies };
    }

    /// <summary>Fetches objects from remotes into the cache: <c>dvc fetch</c>. The MD5 of all that arrives is checked.</summary>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="progress">Told how far it is, at most ten times a second, from any thread.</param>
    /// <param name="cancellationToken">Observed between objects, and within large ones. What has arrived stays; the next fetch goes on with it.</param>
    /// <exception cref="DvcException">Something that a remote promises could not be fetched: all of it is named, everything else was fetched.</exception>
    public Task<DataTransferResult> FetchAsync(DataTransferOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default) =>
        new DvcFetch(LoadContext(), options ?? new DataTransferOptions(), progress).RunAsync(cancellationToken);

    /// <summary>Fetches and checks out: <c>dvc pull</c>.</summary>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="progress">Told how far the fetch is, at most ten times a second, from any thread.</param>
    /// <param name="cancellationToken">Observed between objects and files.</param>
    /// <exception cref="DvcException">As <see cref="FetchAsync"/>, and then nothing is checked out; or as <see cref="CheckoutAsync"/>.</exception>
    public Task<DataPullResult> PullAsync(DataPullOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default) =>
        new DvcPull(LoadContext(), options ?? new DataPullOptions(), progress).RunAsync(cancellationToken);

    /// <summary>Pushes objects of the cache into remotes: <c>dvc push</c>. A damaged object is not pushed.</summary>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="progress">Told how far it is, at most ten times a second, from any thread.</param>
    /// <param name="cancellationToken">Observed between objects, and within large ones. What has been pushed stays; the next push goes on with the rest.</param>
    /// <exception cref="DvcException">Something could not be pushed: all of it is named, everything else was pushed.</exception>
    public Task<DataTransferResult> PushAsync(DataTransferOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default) =>
        new DvcPush(LoadContext(), options ?? new DataTransferOptions(), progress, StepReached).RunAsync(cancellationToken);

    /// <summary>Writes all that a remote which is a chunk store holds as a plain remote of DVC, byte for byte under DVC's names. Not in DVC.</summary>
    /// <param name="destination">The name of another remote of the repository, or else the path of a folder.</param>
    /// <param name="options">Null: of the default remote.</param>
    /// <param name="progress">Told how far it is, at most ten times a second, from any thread.</param>
    /// <param name="cancellationToken">Observed between objects. What was written stays, each object whole; the next export goes on with the rest.</param>
    /// <returns>What was written: objects that are there already, of the right length, are not counted.</returns>
    /// <exception cref="DvcException">The remote is no chunk store, the destination is one, or an object is damaged: all others were written.</exception>
    public Task<DataTransferResult> ExportAsync(string destination, DataExportOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(destination);
        return new DvcExport(LoadContext(), options ?? new DataExportOptions(), progress).RunAsync(destination, cancellationToken);
    }

    /// <summary>Compares the cache with a remote: <c>dvc status --cloud</c>.</summary>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="cancellationToken">Observed between objects.</param>
    /// <exception cref="DvcException">There is no such remote, or a file of DVC is wrong.</exception>
    public Task<DataCloudStatus> CloudStatusAsync(DataTransferOptions? options = null, CancellationToken cancellationToken = default) =>
        new DvcCloudStatus(LoadContext(), options ?? new DataTransferOptions()).RunAsync(cancellationToken);

    /// <summary>Makes the workspace hold what is recorded: <c>dvc checkout</c>.</summary>
    /// <param name="options">Null: everything, nothing unsaved is given up.</param>
    /// <param name="cancellationToken">Observed between files; a file is old or new, never half.</param>
    /// <exception cref="DvcException">
    /// A target is unknown, a file would be lost, or a list of files is hostile: then nothing was changed. Or the cache lacks content: then
    /// those outputs are as they were, and the others are checked out.
    /// </exception>
    public Task<DataCheckoutResult> CheckoutAsync(DataCheckoutOptions? options = null, CancellationToken cancellationToken = default) =>
        new DvcCheckout(LoadContext(), options ?? new DataCheckoutOptions()).RunAsync(cancellationToken);

    /// <summary>Puts what the workspace holds of tracked outputs into the cache, and records it in <c>.dvc</c> files and <c>dvc.lock</c>: <c>dvc commit</c>.</summary>
    /// <param name="options">Null: everything, and nothing may have changed.</param>
    /// <param name="cancellationToken">Observed between files. A cancelled call leaves at most objects that nothing refers to.</param>
    /// <exception cref="DvcException">An output is unknown, missing, or changed without force: then nothing was changed.</exception>
    public Task<DataAddResult> CommitAsync(DataCommitOptions? options = null, CancellationToken cancellationToken = default) =>
        new DvcCommit(LoadContext(), options ?? new DataCommitOptions()).RunAsync(cancellationToken);

    /// <summary>Turns links to the cache into files of their own that may be written: <c>dvc unprotect</c>.</summary>
    /// <param name="targets">Tracked files and folders, or parts of them. At least one.</param>
    /// <param name="workingDirectory">The folder that relative targets start from; null: the repository's root.</param>
    /// <param name="cancellationToken">Observed between files; a file is a link or a whole copy, never half.</param>
    /// <returns>The number of links that became files.</returns>
    /// <exception cref="DvcException">A target does not exist or is not tracked: then nothing was changed.</exception>
    public Task<int> UnprotectAsync(IReadOnlyList<string> targets, string? workingDirectory = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfZero(targets.Count, nameof(targets));
        return new DvcUnprotect(LoadContext()).RunAsync(targets, workingDirectory is null ? Root : Path.GetFullPath(workingDirectory), cancellationToken);
    }

    /// <summary>Ends the tracking of data: <c>dvc remove</c>.</summary>
    /// <remarks>A stage leaves <c>dvc.yaml</c> and <c>dvc.lock</c>, whose comments and order stay; as DVC does, the last one takes both files along, whatever else they hold.</remarks>
    /// <param name="targets"><c>.dvc</c> files, and stages: <c>name</c> of the <c>dvc.yaml</c> in the working directory, or <c>path/dvc.yaml:name</c>. At least one.</param>
    /// <param name="options">Null: the data stays in the workspace.</param>
    /// <param name="cancellationToken">Observed between files.</param>
    /// <exception cref="DvcException">A target is no <c>.dvc</c> file and no stage of the repository, or a template or loop makes the stage: then nothing was changed.</exception>
    public Task<DataRemoveResult> RemoveAsync(IReadOnlyList<string> targets, DataRemoveOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfZero(targets.Count, nameof(targets));
        return new DvcRemove(LoadContext(), options ?? new DataRemoveOptions()).RunAsync(targets, cancellationToken);
    }

    /// <summary>Moves or renames tracked data with the file that tracks it: <c>dvc move</c>. What lies there is committed, too.</summary>
    /// <param name="source">A tracked file or folder.</param>
    /// <param name="destination">Its new path, or an existing folder. Nothing is ever overwritten.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="cancellationToken">Observed before the move, and between files afterwards.</param>
    /// <exception cref="DvcException">The source is not tracked or is imported, or the destination exists: then nothing was changed.</exception>
    public Task<DataMoveResult> MoveAsync(string source, string destination, DataMoveOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentException.ThrowIfNullOrEmpty(destination);
        return new DvcMove(LoadContext(), options ?? new DataMoveOptions()).RunAsync(source, destination, cancellationToken);
    }

    /// <summary>Compares the workspace with the <c>.dvc</c> files and <c>dvc.lock</c>: <c>dvc status</c>. Asks no remote.</summary>
    /// <remarks>As DVC does it hashes objects of the cache that can be written, makes sound ones read-only and deletes damaged ones.</remarks>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="cancellationToken">Observed between files.</param>
    /// <exception cref="DvcException">A target or a file of DVC is wrong, a file changed while it was read, or another process holds the lock.</exception>
    public Task<DataStageStatusResult> StageStatusAsync(DataStageStatusOptions? options = null, CancellationToken cancellationToken = default) =>
        new DvcStageStatus(LoadContext(), options ?? new DataStageStatusOptions()).RunAsync(cancellationToken);

    /// <summary>Compares the tracked data of two git revisions, or of one and the workspace: <c>dvc diff</c>.</summary>
    /// <param name="options">Null: the defaults, the last commit against the workspace.</param>
    /// <param name="cancellationToken">Observed between files.</param>
    /// <exception cref="DvcException">Without git, an unknown revision or target, a wrong file of DVC, or another process holds the lock.</exception>
    public Task<DataDiffResult> DiffAsync(DataDiffOptions? options = null, CancellationToken cancellationToken = default) =>
        new DvcDiff(LoadContext(), options ?? new DataDiffOptions()).RunAsync(cancellationToken);

    /// <summary>Reads the stages of every <c>dvc.yaml</c>, templates evaluated, with what <c>dvc.lock</c> records of them.</summary>
    /// <param name="cancellationToken">Observed between files.</param>
    /// <exception cref="DvcException">Everything that is wrong in the files of DVC.</exception>
    public async Task<IReadOnlyList<PipelineStage>> ReadStagesAsync(CancellationToken cancellationToken = default)
    {
        var context = LoadContext();
        var catalog = await new CatalogReader(context, new IgnoreRules(context.Root, skipsNestedRepositories: true)).ReadWorkspaceAsync(cancellationToken).ConfigureAwait(false);
        return catalog.Stages;
    }

    /// <summary>Writes what stages record into the <c>dvc.lock</c> beside their <c>dvc.yaml</c>; the entries of other stages stay as they are.</summary>
    /// <param name="stages">With the records of their last run. At least one.</param>
    /// <param name="cancellationToken">A cancelled call leaves each file as it was, or as it is to be.</param>
    /// <exception cref="DvcException">A record or a lock file is wrong (then nothing is written), or another process holds the lock.</exception>
    public Task RecordStagesAsync(IReadOnlyList<PipelineStage> stages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stages);
        ArgumentOutOfRangeException.ThrowIfZero(stages.Count, nameof(stages));
        return LockFile.RecordAsync(LoadContext(), stages, cancellationToken);
    }

    /// <summary>Finds the newest run of a stage in the run cache that had the same commands, dependencies and parameters.</summary>
    /// <param name="stage">With the contents of its dependencies and the values of its parameters as they are now.</param>
    /// <param name="cancellationToken">Observed between objects.</param>
    /// <returns>Null when there is none, or DVC keeps no runs of such a stage.</returns>
    /// <exception cref="DvcException">The entry of the run cache is damaged.</exception>
    public Task<CachedRun?> FindCachedRunAsync(PipelineStage stage, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stage);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(new RunCache(LoadContext()).Find(stage, cancellationToken));
    }

    /// <summary>Removes from the cache what nothing in scope refers to: <c>dvc gc</c>, of the local cache.</summary>
    /// <param name="options">What to keep.</param>
    /// <param name="cancellationToken">Observed between objects. A cancelled call has removed some of them.</param>
    /// <exception cref="DvcException">No scope is set; a metafile or a list of files cannot be read, so that nothing was removed; or others hold a lock for longer than <see cref="LockTimeout"/>.</exception>
    public Task<DataGcResult> CollectGarbageAsync(DataGcOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new DvcGc(LoadContext(), options, StepReached).RunAsync(cancellationToken);
    }

    /// <summary>Reads every object of the cache again and names what is not what its name promises, what is missing, and litter. Changes nothing; not in DVC.</summary>
    /// <param name="options">Null: what the workspace refers to must be there.</param>
    /// <param name="cancellationToken">Observed between objects, and between chunks of a large one.</param>
    /// <exception cref="DvcException">A metafile cannot be read, or somebody removes objects for longer than <see cref="LockTimeout"/>.</exception>
    public Task<DataScrubResult> ScrubAsync(DataScrubOptions? options = null, CancellationToken cancellationToken = default) =>
        new DvcScrub(LoadContext(), options ?? new DataScrubOptions()).RunAsync(cancellationToken);

    /// <summary>Imports data of another repository and follows it: <c>dvc import</c>.</summary>
    /// <param name="url">That repository: an address of git, or a path.</param>
    /// <param name="path">What is imported, relative to that repository's root: something that DVC or git tracks there, or a part of it.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="progress">Told how far the fetch is, at most ten times a second, from any thread.</param>
    /// <param name="cancellationToken">Observed between objects; ends git.</param>
    /// <exception cref="DvcException">There is no such repository, revision or path, its remote lacks something, or something is in the way here.</exception>
    public Task<DataImportResult> ImportAsync(string url, string path, DataImportOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(url);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new DvcImport(LoadContext(), options ?? new DataImportOptions(), progress).RunAsync(url, path, cancellationToken);
    }

    /// <summary>Imports a file or folder from a path or URL and follows it: <c>dvc import-url</c>.</summary>
    /// <param name="url">A path, <c>remote://NAME/path</c>, <c>http://</c>, <c>https://</c> (single files), or what a provider opens, for example <c>s3://bucket/path</c>.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="progress">Told how far the fetch is, at most ten times a second, from any thread.</param>
    /// <param name="cancellationToken">Observed between files, and within large ones.</param>
    /// <exception cref="DvcException">Nothing is there, it did not come whole or as it was, or something is in the way here. Nothing was changed.</exception>
    public Task<DataImportResult> ImportUrlAsync(string url, DataImportUrlOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(url);
        return new DvcImportUrl(LoadContext(), options ?? new DataImportUrlOptions(), progress).RunAsync(url, cancellationToken);
    }

    /// <summary>Brings imports up to date with what they follow: <c>dvc update</c>.</summary>
    /// <param name="targets">Imported files and folders, or their <c>.dvc</c> files. At least one.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="progress">Told how far the fetch is, at most ten times a second, from any thread.</param>
    /// <param name="cancellationToken">Observed between files, and within large ones; ends git.</param>
    /// <exception cref="DvcException">A target is no import: then nothing was changed. Or one cannot be updated: it is as it was, and the others are up to date.</exception>
    public Task<DataUpdateResult> UpdateAsync(IReadOnlyList<string> targets, DataUpdateOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentOutOfRangeException.ThrowIfZero(targets.Count, nameof(targets));
        return new DvcUpdate(LoadContext(), options ?? new DataUpdateOptions(), progress).RunAsync(targets, cancellationToken);
    }

    /// <summary>Takes data of a repository without importing it: <c>dvc get</c>. Needs no repository here.</summary>
    /// <param name="url">That repository: an address of git, or a path.</param>
    /// <param name="path">What is taken, relative to that repository's root.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="progress">Told how far the fetch is, at most ten times a second, from any thread.</param>
    /// <param name="cancellationToken">Observed between objects; ends git. Nothing half-written is left.</param>
    /// <returns>The absolute path of what was made.</returns>
    /// <exception cref="DvcException">There is no such repository, revision or path, its remote lacks something, or something is in the way here.</exception>
    public static Task<string> GetAsync(string url, string path, DataGetOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(url);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new DvcGet(options ?? new DataGetOptions(), TimeProvider.System, progress).RunAsync(url, path, cancellationToken);
    }

    /// <summary>Tells where a repository's remote keeps data: <c>dvc get --show-url</c>. Whether it is there is not looked at.</summary>
    /// <param name="url">That repository: an address of git, or a path.</param>
    /// <param name="path">A path in it that DVC tracks, or a file in a folder that it tracks.</param>
    /// <param name="options">Null: the defaults. The revision, the remote, the providers and the working directory count.</param>
    /// <param name="cancellationToken">Ends git.</param>
    /// <returns>A path or a URL.</returns>
    /// <exception cref="DvcException">There is no such repository, revision or tracked path, or it has no remote.</exception>
    public static Task<string> GetUrlAsync(string url, string path, DataGetOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(url);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new DvcGetUrl(options ?? new DataGetOptions(), TimeProvider.System).RunAsync(url, path, cancellationToken);
    }

    private static string Normalize(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
    }

    private RepositoryContext LoadContext() => RepositoryContext.Load(Root, _timeProvider, LockTimeout, _providers, _chunkStores).WithHttpClient(_httpClient);
}
