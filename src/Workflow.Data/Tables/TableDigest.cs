using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Workflow.Data.Storage;

namespace Workflow.Data.Tables;

/// <summary>Digests what a table says, whatever file, encoding or batches it comes in.</summary>
/// <remarks>
/// <para>Equal digests mean: the same columns in the same order with the same names and types, and the same rows in the same order
/// with the same values and nulls. Not part of it: batch sizes, what stands where a value is null, dictionary encoding
/// (<c>dictionary&lt;utf8&gt;</c> is <c>utf8</c>), whether a column without nulls is declared nullable, metadata.</para>
/// <para>All NaN are one value; 0.0 and -0.0 are two. The bytes digested: <c>workflow-table-1\n</c>, the number of columns and rows
/// as 64-bit little-endian, then per column its name and type (length and UTF-8 each) and four SHA-256: of the positions of the nulls (64-bit),
/// of the values that are not null (fixed width, little-endian; booleans a byte), of the lengths (32-bit) and the bytes of texts.</para>
/// </remarks>
public static class TableDigest
{
    /// <summary>Reads a table once and digests it.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">The columns that count, in the order that counts; null for all.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    /// <exception cref="SchemaMismatchException">Columns are missing or nested; all are listed.</exception>
    public static async Task<ContentDigest> ComputeAsync(TableSource table, IReadOnlyList<string>? columns = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        var fields = columns is null
            ? table.Schema.FieldsList
            : [.. TableSchema.Resolve(table.Schema, columns, table.Describe()).Select(i => table.Schema.FieldsList[i])];
        ColumnDigest.Require(fields, table.Describe());
        var digests = fields.Select(f => new ColumnDigest(f)).ToList();
        try
        {
            var rows = 0L;
            await foreach (var batch in table.ReadAsync(columns, cancellationToken).ConfigureAwait(false))
            {
                using (batch)
                {
                    for (var i = 0; i < digests.Count; i++)
                    {
                        digests[i].Append(batch.Column(i), rows);
                    }

                    rows += batch.Length;
                }
            }

            return Combine(digests, rows);
        }
        finally
        {
            digests.ForEach(d => d.Dispose());
        }
    }

    private static ContentDigest Combine(List<ColumnDigest> columns, long rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("workflow-table-1\n"u8);
        AppendInt64(hash, columns.Count);
        AppendInt64(hash, rows);
        foreach (var column in columns)
        {
            AppendText(hash, column.Field.Name);
            AppendText(hash, TableSchema.Describe(ColumnDigest.LogicalType(column.Field.DataType)));
            column.AppendTo(hash);
        }

        return ContentDigest.FromHash(hash.GetHashAndReset());
    }

    private static void AppendText(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        AppendInt64(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void AppendInt64(IncrementalHash hash, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        hash.AppendData(bytes);
    }
}
