using System.Collections.Immutable;
using System.Data;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Apache.Arrow;
using Workflow.Data.Tables.Building;
using Workflow.Data.Tables.Queries;

namespace Workflow.Data.Tables;

/// <summary>The rows of an SQL query, in any database that has an ADO.NET provider.</summary>
/// <remarks>
/// <para>Safe for concurrent use: every pass opens a connection and runs the query. It gives the same rows in the same order only if the query says an order and nobody changes the tables.</para>
/// <para>Types: booleans; integers of 8 to 64 bits; float, double; text; bytes; <c>date32</c>; GUIDs as <c>fixed_size_binary[16]</c> in the order in which they are written;
/// times as <c>timestamp[us, UTC]</c>, cut to microseconds. Text is taken for a time if it is ISO 8601. A value of another type than its column is an error, never converted.</para>
/// </remarks>
public sealed class QueryTable : TableSource
{
    private readonly DbDataSource _database;
    private readonly string _query;
    private readonly QueryOptions _options;

    private QueryTable(DbDataSource database, string query, QueryOptions options, Schema schema) =>
        (_database, _query, _options, Schema) = (database, query, options, schema);

    /// <inheritdoc/>
    public override Schema Schema { get; }

    /// <inheritdoc/>
    public override long? RowCount => null;

    /// <summary>Asks the database for the query's columns.</summary>
    /// <param name="database">Owned by the caller, who disposes it after the last pass.</param>
    /// <param name="query">One SELECT. Never build it from foreign text: use <see cref="QueryOptions.Parameters"/>.</param>
    /// <param name="options">Null for the defaults. Copied.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="DbException">The database refuses the query.</exception>
    /// <exception cref="SchemaMismatchException">Columns have types that no table has here, or not those of <see cref="QueryOptions.Schema"/>; all are listed.</exception>
    /// <exception cref="InvalidDataException">Two columns have the same name.</exception>
    public static async Task<QueryTable> OpenAsync(DbDataSource database, string query, QueryOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentException.ThrowIfNullOrWhiteSpace(query);
        var copy = new QueryOptions { Schema = options?.Schema, AssumeUtc = options?.AssumeUtc ?? false, BatchRows = options?.BatchRows ?? DefaultBatchRows };
        ArgumentOutOfRangeException.ThrowIfLessThan(copy.BatchRows, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(copy.BatchRows, 1 << 24, nameof(options));
        foreach (var (name, value) in options?.Parameters ?? new Dictionary<string, object?>(StringComparer.Ordinal))
        {
            copy.Parameters[name] = value;
        }

        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var command = Command(connection, query, copy);
            await using (command.ConfigureAwait(false))
            {
                var reader = await command.ExecuteReaderAsync(CommandBehavior.SchemaOnly, cancellationToken).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    return new QueryTable(database, query, copy, QuerySchema.Of(reader, copy.Schema, Name(query)));
                }
            }
        }
    }

    /// <inheritdoc/>
    public override string Describe() => Name(_query);

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<RecordBatch> ReadCoreAsync(ImmutableArray<int> columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var schema = BatchTable.Project(Schema, columns);
        var connection = await _database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var command = Command(connection, _query, _options);
        await using var __ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var ___ = reader.ConfigureAwait(false);
        var values = schema.FieldsList.Select(f => QueryColumn.Of(f, QuerySchema.Ordinal(reader, f.Name, Describe()), _options.AssumeUtc)).ToList();
        var builders = values.ConvertAll(static v => v.Builder);
        var row = 0L;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            foreach (var value in values)
            {
                value.Append(reader, row, Describe());
            }

            row++;
            if (builders[0].Rows == _options.BatchRows)
            {
                yield return BatchBuilder.Finish(schema, builders, null);
            }
        }

        if (builders[0].Rows > 0)
        {
            yield return BatchBuilder.Finish(schema, builders, null);
        }
    }

    private static DbCommand Command(DbConnection connection, string query, QueryOptions options)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The query is the host's own, as its documentation demands.
        command.CommandText = query;
#pragma warning restore CA2100
        foreach (var (name, value) in options.Parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value ?? DBNull.Value);
            command.Parameters.Add(parameter);
        }

        return command;
    }

    // A query may hold what a log should not: its beginning tells which it is.
    private static string Name(string query)
    {
        var line = string.Join(' ', query.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= 60 ? $"query '{line}'" : $"query '{line[..59]}…'";
    }
}
