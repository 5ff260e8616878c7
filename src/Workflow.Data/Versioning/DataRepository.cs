using System.Collections.Immutable;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Imports;
using Workflow.Data.Versioning.Transfers;

namespace Workflow.Data.Versioning;

/// <summary>A DVC 3 repository on disk: data versioned in files that DVC itself reads and would have written, byte for byte.</summary>
/// <remarks>
/// <para>Safe for concurrent use. <see cref="AddAsync"/> holds the repository's lock, which DVC and other processes respect;
/// <see cref="StatusAsync"/> takes none. A process killed at any moment leaves a repository that DVC reads.</para>
/// <para>Settings and metafiles are read anew by each call. Needs the <c>git</c> program unless the repository was made without.</para>
/// </remarks>
public sealed class DataRepository
{
    private readonly TimeProvider _timeProvider;
    private readonly ImmutableArray<IBlobStoreProvider> _providers = [];

    private DataRepository(string root, TimeProvider? timeProvider) => (Root, _timeProvider) = (root, timeProvider ?? TimeProvider.System);

    private DataRepository(DataRepository other, ImmutableArray<IBlobStoreProvider> providers) =>
        (Root, _timeProvider, _providers, StepReached) = (other.Root, other._timeProvider, providers, other.StepReached);

    /// <summary>Gets the absolute path of the folder that holds <c>.dvc</c>.</summary>
    public string Root { get; }

    /// <summary>Gets the remotes and their settings; relative paths start from <see cref="Root"/>.</summary>
    public DataRemotes Remotes => new(Root, Root);

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
    /// <exception cref="DvcException">A target cannot be added (then none is), or another process holds the lock for longer than three seconds.</exception>
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
        return new DataRepository(this, [.. providers]);
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

    private static string Normalize(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
    }

    private RepositoryContext LoadContext() => RepositoryContext.Load(Root, _timeProvider, _providers);
}
