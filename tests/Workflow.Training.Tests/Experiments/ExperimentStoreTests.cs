using Workflow.Data.Metadata;
using Workflow.Testing.Experiments;
using Workflow.Training.Experiments;

namespace Workflow.Training.Tests.Experiments;

public sealed class ExperimentStoreTests : ExperimentConformance, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("experiments");

    [Theory]
    [InlineData("", "name", null)]
    [InlineData("experiment", " ", null)]
    [InlineData("experiment", "name", "../x")]
    [InlineData("experiment", "name", "")]
    public async Task Refuses_bad_names(string experiment, string name, string? id)
    {
        using var database = Open(TimeProvider.System);
        var store = new ExperimentStore(database);
        await Assert.ThrowsAsync<ArgumentException>(() => store.StartRunAsync(new RunDraft { Experiment = experiment, Name = name, Id = id }));
    }

    [Fact]
    public void Finds_the_commit_of_this_repository()
    {
        var root = Workflow.Repository.SharedFolder.RepositoryRoot;
        Assert.SkipUnless(Path.Exists(Path.Combine(root, ".git")), "this is no git working tree");
        Assert.Matches("^[0-9a-f]{40}$", ExperimentEnvironment.Capture(root)["git.commit"]);
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    protected override MetadataDatabase Open(TimeProvider timeProvider) => new SqliteMetadataDatabase(Path.Combine(_folder.FullName, "metadata.db"), timeProvider);
}
