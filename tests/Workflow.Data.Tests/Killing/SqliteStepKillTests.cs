using Microsoft.Data.Sqlite;

namespace Workflow.Data.Tests.Killing;

public sealed class SqliteStepKillTests : StepKillTests
{
    private protected override string NewPlace(string folder) => Path.Combine(folder, "metadata.db");

    protected override void Dispose(bool disposing)
    {
        SqliteConnection.ClearAllPools();
        base.Dispose(disposing);
    }
}
