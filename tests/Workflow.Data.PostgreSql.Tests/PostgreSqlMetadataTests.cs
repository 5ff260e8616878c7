using Workflow.Data.Metadata;
using Workflow.Testing.Metadata;

namespace Workflow.Data.PostgreSql.Tests;

public sealed class PostgreSqlMetadataTests : MetadataConformance
{
    private readonly PostgreSqlServer _server;
    private readonly string _schema = "t_" + Guid.NewGuid().ToString("n");

    public PostgreSqlMetadataTests(PostgreSqlServer server)
    {
        server.Require();
        _server = server;
    }

    protected override MetadataDatabase Open(TimeProvider timeProvider) => _server.Open(_schema, timeProvider);
}
