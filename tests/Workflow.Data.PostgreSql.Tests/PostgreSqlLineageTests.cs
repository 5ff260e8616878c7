using Workflow.Data.Metadata;
using Workflow.Testing.Lineage;

namespace Workflow.Data.PostgreSql.Tests;

public sealed class PostgreSqlLineageTests : LineageConformance
{
    private readonly PostgreSqlServer _server;
    private readonly string _schema = "t_" + Guid.NewGuid().ToString("n");

    public PostgreSqlLineageTests(PostgreSqlServer server)
    {
        server.Require();
        _server = server;
    }

    protected override MetadataDatabase Open(TimeProvider timeProvider) => _server.Open(_schema, timeProvider);
}
