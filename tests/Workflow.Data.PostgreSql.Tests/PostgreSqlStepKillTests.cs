using Workflow.Data.Tests.Killing;

namespace Workflow.Data.PostgreSql.Tests;

public sealed class PostgreSqlStepKillTests : StepKillTests
{
    private readonly PostgreSqlServer _server;

    public PostgreSqlStepKillTests(PostgreSqlServer server)
    {
        server.Require();
        _server = server;
    }

    private protected override string NewPlace(string folder) => $"t_{Guid.NewGuid():n} {_server.ConnectionString}";
}
