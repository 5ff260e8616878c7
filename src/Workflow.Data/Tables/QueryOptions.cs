using Apache.Arrow;

namespace Workflow.Data.Tables;

/// <summary>How a query is read as a table.</summary>
public sealed class QueryOptions
{
    /// <summary>Gets or sets the columns with their types; null for those that the database declares. SQLite declares none for computed columns and for times.</summary>
    public Schema? Schema { get; set; }

    /// <summary>Gets or sets whether times without a zone are UTC. Otherwise they are refused, since nobody knows what they mean.</summary>
    public bool AssumeUtc { get; set; }

    /// <summary>Gets or sets the rows of a batch, 1 to 16,777,216.</summary>
    public int BatchRows { get; set; } = TableSource.DefaultBatchRows;

    /// <summary>Gets the values of the query's parameters, by the names that the query has.</summary>
    public IDictionary<string, object?> Parameters { get; } = new Dictionary<string, object?>(StringComparer.Ordinal);
}
