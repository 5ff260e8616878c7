namespace Workflow.Data.PostgreSql;

/// <summary>Where the metadata lies in PostgreSQL. Bound from <c>Workflow:Data:PostgreSql</c>, validated when the host starts.</summary>
public sealed class PostgreSqlOptions
{
    /// <summary>
    /// Gets or sets the connection string, as Npgsql reads it. Null takes the <c>NpgsqlDataSource</c> that the host has registered, which is
    /// how a host brings rotating passwords or certificates. Never logged: <c>MetadataDatabase.Place</c> holds no secrets.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// Gets or sets the schema that holds the tables. Default <c>workflow</c>; lower-case ASCII letters, digits and <c>_</c>, not beginning
    /// with a digit, at most 63. It is made when it is missing and the role may. Several registries may share a database, each in its schema.
    /// </summary>
    public string Schema { get; set; } = "workflow";

    /// <summary>Gets or sets how long a writer waits for its turn before it gives up. Default 30 seconds; from 1 second to 1 hour.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets how long a transaction may lie idle before the server ends it, so that a process which was stopped in the middle of a
    /// write blocks the others no longer than this. Default 1 minute; from 1 second to 1 hour.
    /// </summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(1);
}
