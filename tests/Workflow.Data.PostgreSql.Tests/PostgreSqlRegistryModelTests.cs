using Workflow.Data.Metadata;
using Workflow.Testing.Registry;

namespace Workflow.Data.PostgreSql.Tests;

public sealed class PostgreSqlRegistryModelTests : RegistryModelConformance
{
    private readonly PostgreSqlServer _server;
    private readonly string _schema = "t_" + Guid.NewGuid().ToString("n");

    public PostgreSqlRegistryModelTests(PostgreSqlServer server)
    {
        server.Require();
        _server = server;
    }

    protected override MetadataDatabase Open(TimeProvider timeProvider) => _server.Open(_schema, timeProvider);
}
