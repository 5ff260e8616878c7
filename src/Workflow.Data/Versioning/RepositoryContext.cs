using System.Collections.ObjectModel;
using Workflow.Data.Chunking;
using Workflow.Data.Versioning.Configuration;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning;

/// <summary>What every operation on one repository needs to know. Immutable; made anew for each operation, so that it sees changed settings.</summary>
internal sealed class RepositoryContext
{
    internal const string DvcFolderName = ".dvc";

    private RepositoryContext(string root, DvcConfiguration configuration, TimeProvider timeProvider)
    {
        Root = root;
        DvcFolder = Path.Combine(root, DvcFolderName);
        Configuration = configuration;
        TimeProvider = timeProvider;
        Cache = new ObjectCache(configuration.CacheFolder(DvcFolder), configuration.LocalRemoteFolder, configuration.SharedCache);
        Jobs = configuration.ChecksumJobs ?? Math.Min(16, Environment.ProcessorCount);
    }

    public string Root { get; }

    public string DvcFolder { get; }

    public DvcConfiguration Configuration { get; }

    public TimeProvider TimeProvider { get; }

    public ObjectCache Cache { get; private set; }

    public int Jobs { get; }

    /// <summary>Gets git, run in <see cref="Root"/>; null for a repository without.</summary>
    public GitProgram? Git { get; private init; }

    /// <summary>Gets the path of <see cref="Root"/> in the git repository, ending in <c>/</c>, or empty.</summary>
    public string GitPrefix { get; private init; } = "";

    /// <summary>Gets the folder of our own files, which DVC and git ignore.</summary>
    public string OwnFolder => Path.Combine(DvcFolder, "tmp", "workflow");

    public string HashIndexPath => Path.Combine(OwnFolder, "hashes");

    /// <summary>Finds the root of the repository around a folder.</summary>
    /// <exception cref="DvcException">There is none.</exception>
    public static string FindRoot(string folder)
    {
        for (var current = new DirectoryInfo(folder); current is not null; current = current.Parent)
        {
            if (Directory.Exists(Path.Combine(current.FullName, DvcFolderName)))
            {
                return current.FullName;
            }
        }

        throw new DvcException(DvcErrorKind.NotARepository, $"Neither '{folder}' nor a folder above it is a DVC repository. Run workflow data init (or dvc init) in its root first.");
    }

    /// <summary>Gets what opens remotes that are no local folders.</summary>
    public IReadOnlyList<Storage.IBlobStoreProvider> Providers { get; private init; } = [];

    /// <summary>Gets the host's client for http; null: each import makes its own.</summary>
    public HttpClient? HttpClient { get; private set; }

    /// <summary>Gets which remotes are chunk stores, by their names in lower case, and with which settings.</summary>
    public IReadOnlyDictionary<string, ChunkStoreOptions> ChunkStores { get; private init; } = ReadOnlyDictionary<string, ChunkStoreOptions>.Empty;

    public static RepositoryContext Load(string root, TimeProvider timeProvider, TimeSpan? lockTimeout = null, IReadOnlyList<Storage.IBlobStoreProvider>? providers = null, IReadOnlyDictionary<string, ChunkStoreOptions>? chunkStores = null)
    {
        chunkStores ??= ReadOnlyDictionary<string, ChunkStoreOptions>.Empty;
        var configuration = DvcConfiguration.Load(Path.Combine(root, DvcFolderName), lockTimeout);
        if (configuration.NoScm)
        {
            return new RepositoryContext(root, configuration, timeProvider) { Providers = providers ?? [], ChunkStores = chunkStores };
        }

        var gitRoot = GitProgram.FindRoot(root)
            ?? throw new DvcException($"'{root}' is not in a git repository. Run git init there, or set core.no_scm: dvc config core.no_scm true");
        return new RepositoryContext(root, configuration, timeProvider)
        {
            Providers = providers ?? [],
            ChunkStores = chunkStores,
            Git = new GitProgram(root),
            GitPrefix = gitRoot == root ? "" : RepositoryPath.TryResolve(gitRoot, gitRoot, root) + "/",
        };
    }

    /// <summary>Gives the same with the host's client for http.</summary>
    public RepositoryContext WithHttpClient(HttpClient? client)
    {
        var copy = (RepositoryContext)MemberwiseClone();
        copy.HttpClient = client;
        return copy;
    }

    /// <summary>Gives the same with another cache.</summary>
    public RepositoryContext WithCache(ObjectCache cache)
    {
        var copy = (RepositoryContext)MemberwiseClone();
        copy.Cache = cache;
        return copy;
    }

    public string FullPath(string path) => Path.Combine(Root, path);
}
