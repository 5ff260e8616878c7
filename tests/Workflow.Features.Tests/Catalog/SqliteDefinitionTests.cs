using Microsoft.Data.Sqlite;
using Workflow.Data.Metadata;
using Workflow.Testing.Features;

namespace Workflow.Features.Tests.Catalog;

public sealed class SqliteDefinitionTests : DefinitionRegistryConformance, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("workflow-definitions-");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    protected override MetadataDatabase Open(TimeProvider timeProvider) => new SqliteMetadataDatabase(Path.Combine(_folder.FullName, "metadata.db"), timeProvider);
}
