using Microsoft.Data.Sqlite;
using Workflow.Data.Metadata;
using Workflow.Testing.Registry;

namespace Workflow.Data.Tests.Registry;

public sealed class SqliteDeletionTests : DeletionConformance
{
    private readonly TemporaryFolder _folder = new();

    protected override MetadataDatabase Open(TimeProvider timeProvider) => new SqliteMetadataDatabase(_folder["metadata.db"], timeProvider);

    protected override MetadataDatabase OpenOther(TimeProvider timeProvider) => new SqliteMetadataDatabase(_folder["other.db"], timeProvider);

    protected override void Dispose(bool disposing)
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
        base.Dispose(disposing);
    }
}
