namespace Workflow.Data.Versioning;

/// <summary>A DVC 3 repository on disk: data versioned in files that DVC itself reads and would have written, byte for byte.</summary>
/// <remarks>
/// <para>Safe for concurrent use. Reading and hashing go on side by side; what changes metafiles or the
/// workspace holds the repository's lock for that moment, which DVC and other processes respect, and waits for it
/// (<see cref="LockTimeout"/>); <see cref="StatusAsync"/> takes none. A process killed at any moment leaves a repository that DVC reads.</para>
/// <para>Settings and metafiles are read anew by each call. Needs the <c>git</c> program unless the repository was made without.</para>
/// </remarks>
public sealed class DataRepository
{
    internal static readonly TimeSpan DefaultLockTimeout = TimeSpan.FromSeconds(60);
    private readonly TimeProvider _timeProvider;
    private TimeSpan _lockTimeout = DefaultLockTimeout;

    private DataRepository(string root, TimeProvider? timeProvider) => (Root, _timeProvider) = (root, timeProvider ?? TimeProvider.System);

    /// <summary>Gets the absolute path of the folder that holds <c>.dvc</c>.</summary>
    public string Root { get; }

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
        for (var folder = new DirectoryInfo(full); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, RepositoryContext.DvcFolderName)))
            {
                var repository = new DataRepository(folder.FullName, timeProvider);
                _ = repository.LoadContext();
                return Task.FromResult(repository);
            }
        }

        throw new DvcException(DvcErrorKind.NotARepository, $"Neither '{full}' nor a folder above it is a DVC repository. Run workflow data init (or dvc init) in its root first.");
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

    private static string Normalize(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
    }

    private RepositoryContext LoadContext() => RepositoryContext.Load(Root, _timeProvider, LockTimeout);
}
