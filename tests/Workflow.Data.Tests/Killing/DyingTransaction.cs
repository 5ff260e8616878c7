using System.Data;
using System.Data.Common;

namespace Workflow.Data.Tests.Killing;

/// <summary>Passes everything on; before and after a commit is a step.</summary>
internal sealed class DyingTransaction(DbTransaction inner, DyingConnection connection, Steps steps) : DbTransaction
{
    public DbTransaction Inner => inner;

    public override IsolationLevel IsolationLevel => inner.IsolationLevel;

    protected override DbConnection? DbConnection => inner.Connection is null ? null : connection;

    public override void Commit()
    {
        steps.Take();
        inner.Commit();
        steps.Take();
    }

    public override void Rollback() => inner.Rollback();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }
}
