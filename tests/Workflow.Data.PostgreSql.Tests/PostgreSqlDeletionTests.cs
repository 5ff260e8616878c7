using Workflow.Data.Metadata;
using Workflow.Testing.Registry;

namespace Workflow.Data.PostgreSql.Tests;

public sealed class PostgreSqlDeletionTests : DeletionConformance
{
    private readonly PostgreSqlServer _server;
    private readonly string _schema = "t_" + Guid.NewGuid().ToString("n");

    public PostgreSqlDeletionTests(PostgreSqlServer server)
    {
        server.Require();
        _server = server;
    }

    protected override MetadataDatabase Open(TimeProvider timeProvider) => _server.Open(_schema, timeProvider);

    protected override MetadataDatabase OpenOther(TimeProvider timeProvider) => _server.Open(_schema[..30], timeProvider);
}
