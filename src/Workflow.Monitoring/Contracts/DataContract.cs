using System.Collections.Immutable;
using Apache.Arrow.Types;
using Workflow.Data.Definitions;
using Workflow.Data.Storage;
using Workflow.Data.Tables;

namespace Workflow.Monitoring.Contracts;

/// <summary>What a table must be for a model to be trained on it or served from it. Immutable; safe for concurrent use.</summary>
/// <remarks>Identified by the digest of its canonical JSON. A table keeps or breaks it; both are results.</remarks>
/// <example><code>
/// var contract = DataContract.Create("flights")
///     .Column("delay", Int64Type.Default, c => c.Between(-120, 1800))
///     .Column("origin", StringType.Default)
///     .Build();
/// ContractReport report = await contract.CheckAsync(table);
/// </code></example>
public sealed class DataContract
{
    internal DataContract(string name, long minimumRows, ImmutableArray<ColumnContract> columns)
    {
        Name = name;
        MinimumRows = minimumRows;
        Columns = columns;
        var faults = ContractFaults.Of(columns).ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException($"Contract '{name}' has {faults.Count} fault(s):{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", faults)}");
        }

        Digest = CanonicalJson.Digest(ContractJson.Write(this));
    }

    /// <summary>Gets the contract's name.</summary>
    public string Name { get; }

    /// <summary>Gets the smallest allowed number of rows; at least 1.</summary>
    public long MinimumRows { get; }

    /// <summary>Gets the demands on columns, in the order in which they were made. Other columns may be there too.</summary>
    public ImmutableArray<ColumnContract> Columns { get; }

    /// <summary>Gets the SHA-256 of the canonical JSON.</summary>
    public ContentDigest Digest { get; }

    /// <summary>Starts a contract.</summary>
    /// <param name="name">For messages and reports.</param>
    public static DataContractBuilder Create(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new DataContractBuilder(name);
    }

    /// <summary>Reads a contract from its JSON.</summary>
    /// <param name="json">UTF-8; as <see cref="ToJson"/> writes it, in any order and spacing. At most 1 MiB.</param>
    /// <exception cref="FormatException">The JSON is not that of a contract; says where and what was expected.</exception>
    public static DataContract Parse(ReadOnlySpan<byte> json) => ContractJson.Read(json);

    /// <summary>Writes the contract as canonical JSON (RFC 8785).</summary>
    public byte[] ToJson() => CanonicalJson.Serialize(ContractJson.Write(this));

    /// <summary>Holds a table against the contract: reads it once, whatever is found, and reports everything that is broken.</summary>
    /// <param name="table">Read once, only the contract's columns. Borrowed.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    /// <returns>The report. Memory does not grow with the table.</returns>
    public async Task<ContractReport> CheckAsync(TableSource table, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        var schema = table.Schema;
        var checks = new List<ColumnCheck>();
        var misfits = new Dictionary<string, ContractViolation>(StringComparer.Ordinal);
        foreach (var column in Columns)
        {
            var index = schema.GetFieldIndex(column.Name);
            var type = index < 0 ? null : schema.FieldsList[index].DataType;
            if (type is null)
            {
                misfits[column.Name] = new ContractViolation { Column = column.Name, Check = ContractCheck.Presence, Expected = $"a column of type {column.Type}", Actual = "no such column" };
            }
            else if (!IsOfType(type, column.Type))
            {
                misfits[column.Name] = new ContractViolation { Column = column.Name, Check = ContractCheck.Type, Expected = $"type {column.Type}", Actual = $"type {TableSchema.Describe(type)}" };
            }
            else
            {
                checks.Add(ColumnCheck.For(column, type));
            }
        }

        var rows = await ReadAsync(table, checks, cancellationToken).ConfigureAwait(false);
        var violations = ImmutableArray.CreateBuilder<ContractViolation>();
        if (rows < MinimumRows)
        {
            violations.Add(new ContractViolation { Check = ContractCheck.RowCount, Expected = $"at least {MinimumRows} rows", Actual = $"{rows} rows", Count = MinimumRows - rows });
        }

        foreach (var column in Columns)
        {
            if (misfits.TryGetValue(column.Name, out var misfit))
            {
                violations.Add(misfit);
            }
            else
            {
                violations.AddRange(checks.Single(c => c.Column == column).Violations(rows));
            }
        }

        return new ContractReport
        {
            Contract = Name,
            ContractDigest = Digest,
            Source = table.Describe(),
            Rows = rows,
            Columns = [.. checks.Select(c => new ColumnCounts(c.Column.Name, c.Nulls, c.NaNs))],
            Violations = violations.ToImmutable(),
        };
    }

    private static async Task<long> ReadAsync(TableSource table, List<ColumnCheck> checks, CancellationToken cancellationToken)
    {
        // A table none of whose columns fit is still counted, by its cheapest means.
        IReadOnlyList<string> columns = checks.Count > 0
            ? [.. checks.Select(c => c.Column.Name)]
            : [.. table.Schema.FieldsList.Take(1).Select(f => f.Name)];
        if (columns.Count == 0 || (checks.Count == 0 && table.RowCount is not null))
        {
            return table.RowCount ?? 0;
        }

        var rows = 0L;
        await foreach (var batch in table.ReadAsync(columns, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                for (var i = 0; i < checks.Count; i++)
                {
                    checks[i].Add(batch.Column(i), rows);
                }

                rows += batch.Length;
                GC.KeepAlive(batch);
            }
        }

        return rows;
    }

    private static bool IsOfType(IArrowType actual, string expected) =>
        TableSchema.Describe(actual) == expected
        || (actual is DictionaryType coded && TableSchema.Describe(coded.ValueType) == expected);
}
