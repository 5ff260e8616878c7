using Microsoft.Data.Sqlite;
using Workflow.Data.Metadata;
using Workflow.Testing.Registry;

namespace Workflow.Data.Tests.Registry;

public sealed class SqliteWebhookTests : WebhookConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    protected override MetadataDatabase Open(TimeProvider timeProvider) => new SqliteMetadataDatabase(_folder["metadata.db"], timeProvider);
}
