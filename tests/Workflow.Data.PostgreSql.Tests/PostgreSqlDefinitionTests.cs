using Workflow.Data.Metadata;
using Workflow.Testing.Features;

namespace Workflow.Data.PostgreSql.Tests;

public sealed class PostgreSqlDefinitionTests : DefinitionRegistryConformance
{
    private readonly PostgreSqlServer _server;
    private readonly string _schema = "t_" + Guid.NewGuid().ToString("n");

    public PostgreSqlDefinitionTests(PostgreSqlServer server)
    {
        server.Require();
        _server = server;
    }

    protected override MetadataDatabase Open(TimeProvider timeProvider) => _server.Open(_schema, timeProvider);
}
