using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Workflow.Data.Tests.Killing;

/// <summary>Passes everything on; each execution is a step.</summary>
internal sealed class DyingCommand(DbCommand inner, DyingConnection connection, Steps steps) : DbCommand
{
    private DyingTransaction? _transaction;

    [AllowNull]
    public override string CommandText
    {
        get => inner.CommandText;
        set
        {
#pragma warning disable CA2100 // Passed on as it is.
            inner.CommandText = value;
#pragma warning restore CA2100
        }
    }

    public override int CommandTimeout
    {
        get => inner.CommandTimeout;
        set => inner.CommandTimeout = value;
    }

    public override CommandType CommandType
    {
        get => inner.CommandType;
        set => inner.CommandType = value;
    }

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource
    {
        get => inner.UpdatedRowSource;
        set => inner.UpdatedRowSource = value;
    }

    protected override DbConnection? DbConnection
    {
        get => connection;
        set => throw new NotSupportedException();
    }

    protected override DbParameterCollection DbParameterCollection => inner.Parameters;

    protected override DbTransaction? DbTransaction
    {
        get => _transaction;
        set
        {
            _transaction = (DyingTransaction?)value;
            inner.Transaction = _transaction?.Inner;
        }
    }

    public override void Cancel() => inner.Cancel();

    public override void Prepare() => inner.Prepare();

    public override int ExecuteNonQuery()
    {
        steps.Take();
        return inner.ExecuteNonQuery();
    }

    public override object? ExecuteScalar()
    {
        steps.Take();
        return inner.ExecuteScalar();
    }

    protected override DbParameter CreateDbParameter() => inner.CreateParameter();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
    {
        steps.Take();
        return inner.ExecuteReader(behavior);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
