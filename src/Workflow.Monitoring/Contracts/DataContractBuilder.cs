using Apache.Arrow.Types;
using Workflow.Data.Tables;

namespace Workflow.Monitoring.Contracts;

/// <summary>Puts a contract together.</summary>
/// <remarks>Not thread-safe; used while a contract is built.</remarks>
public sealed class DataContractBuilder
{
    private readonly string _name;
    private readonly List<ColumnContract> _columns = [];
    private long _minimumRows = 1;

    internal DataContractBuilder(string name) => _name = name;

    /// <summary>Demands a number of rows. Without this call at least one: an empty table breaks every contract.</summary>
    /// <param name="atLeast">At least 1.</param>
    public DataContractBuilder Rows(long atLeast)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(atLeast, 1);
        _minimumRows = atLeast;
        return this;
    }

    /// <summary>Demands a column of a type. It may hold neither nulls nor NaN unless <paramref name="configure"/> allows them.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="type">Its Arrow type. Strings may come dictionary-coded.</param>
    /// <param name="configure">Adds bounds, allowed values and shares of nulls.</param>
    public DataContractBuilder Column(string name, IArrowType type, Action<ColumnContractBuilder>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(type);
        var column = new ColumnContractBuilder(name, TableSchema.Describe(type));
        configure?.Invoke(column);
        _columns.Add(column.Contract);
        return this;
    }

    /// <summary>Finishes the contract.</summary>
    /// <exception cref="ArgumentException">Columns are named twice, or a demand does not suit its column's type; every fault is listed.</exception>
    public DataContract Build() => new(_name, _minimumRows, [.. _columns]);
}
