using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Workflow.Data.Tests.Killing;

/// <summary>Passes everything on; its commands count steps.</summary>
internal sealed class DyingConnection(DbConnection inner, Steps steps) : DbConnection
{
    [AllowNull]
    public override string ConnectionString
    {
        get => inner.ConnectionString;
        set => inner.ConnectionString = value;
    }

    public override string Database => inner.Database;

    public override string DataSource => inner.DataSource;

    public override string ServerVersion => inner.ServerVersion;

    public override ConnectionState State => inner.State;

    public override void ChangeDatabase(string databaseName) => inner.ChangeDatabase(databaseName);

    public override void Open() => inner.Open();

    public override void Close()
    {
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => inner.BeginTransaction(isolationLevel);

    protected override DbCommand CreateDbCommand() => new DyingCommand(inner.CreateCommand(), this, steps);
}
