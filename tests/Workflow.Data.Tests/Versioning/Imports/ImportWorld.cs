namespace Workflow.Data.Versioning.Imports;

/// <summary>A repository with a remote, and things beside it to import.</summary>
internal sealed class ImportWorld : IDisposable
{
    private ImportWorld(DataRepository repository, TemporaryFolder folder) => (Repository, Folder) = (repository, folder);

    public DataRepository Repository { get; private set; }

    public TemporaryFolder Folder { get; }

    public static async Task<ImportWorld> CreateAsync()
    {
        var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["repo"]);
        await RunningProgram.GitAsync(folder["repo"], "init", "-q");
        var repository = await DataRepository.InitAsync(folder["repo"]);
        await File.WriteAllTextAsync(folder["repo/.dvc/config"], "[core]\n    remote = store\n['remote \"store\"']\n    url = ../../remote\n");
        folder.Write("ext/f", "one\n");
        folder.Write("ext/d/a", "two\n");
        folder.Write("ext/d/s/b", "three\n");
        return new ImportWorld(repository, folder);
    }

    public ImportWorld With(Workflow.Data.Storage.IBlobStoreProvider provider)
    {
        Repository = Repository.WithProviders(provider);
        return this;
    }

    /// <summary>Gets every file of the repository with its content, those of git and of temporary folders left out.</summary>
    public SortedDictionary<string, string> Files() => new(
        Directory.EnumerateFiles(Folder["repo"], "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .Select(f => Path.GetRelativePath(Folder["repo"], f))
            .Where(static f => !f.StartsWith(".git/", StringComparison.Ordinal) && !f.StartsWith(".dvc/tmp/", StringComparison.Ordinal))
            .ToDictionary(static f => f, f => File.ReadAllText(Folder["repo/" + f]), StringComparer.Ordinal),
        StringComparer.Ordinal);

    /// <summary>Gets what lies in our temporary folder of the repository, which should be nothing but the hashes.</summary>
    public string[] Litter() => Directory.Exists(Folder["repo/.dvc/tmp/workflow"])
        ? [.. Directory.EnumerateFileSystemEntries(Folder["repo/.dvc/tmp/workflow"]).Select(static e => Path.GetFileName(e)!).Where(static n => n.StartsWith("spool-", StringComparison.Ordinal) || n.StartsWith("staging-", StringComparison.Ordinal) || n.StartsWith("checkout-", StringComparison.Ordinal))]
        : [];

    /// <summary>Asserts that something is refused with one message that holds a text, and changes nothing.</summary>
    public async Task RefusesAsync(string text, Func<Task> action)
    {
        var before = Files();
        var exception = await Assert.ThrowsAsync<DvcException>(action);
        Assert.Contains(text, exception.Message, StringComparison.Ordinal);
        Assert.Single(exception.Problems);
        Assert.Equal(before, Files());
        Assert.Empty(Litter());
    }

    public void Dispose() => Folder.Dispose();
}
