using Microsoft.Data.Sqlite;
using Workflow.Data.Metadata;
using Workflow.Testing.Metadata;

namespace Workflow.Data.Tests.Metadata;

public sealed class SqliteLeaseTests : LeaseConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    protected override MetadataDatabase Open(TimeProvider timeProvider) => new SqliteMetadataDatabase(_folder["metadata.db"], timeProvider);
}
