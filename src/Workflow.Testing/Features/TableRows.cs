using Apache.Arrow;
using Apache.Arrow.Arrays;
using Apache.Arrow.Types;
using Workflow.Data.Tables;

namespace Workflow.Testing.Features;

/// <summary>Tables as rows of plain values, for oracles: integers are long, times microseconds, bytes hexadecimal text.</summary>
internal static class TableRows
{
    public static async Task<List<Dictionary<string, object?>>> ReadAsync(TableSource table, CancellationToken cancellationToken)
    {
        var rows = new List<Dictionary<string, object?>>();
        await foreach (var batch in table.ReadAsync(null, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                for (var row = 0; row < batch.Length; row++)
                {
                    rows.Add(table.Schema.FieldsList.Select((field, i) => (field.Name, Cell(batch.Column(i), row))).ToDictionary(StringComparer.Ordinal));
                }
            }
        }

        return rows;
    }

    public static double? Number(object? value) => value switch
    {
        null => null,
        long integer => integer,
        double number => number,
        bool truth => truth ? 1 : 0,
        _ => throw new ArgumentException($"Expected a number, got {value.GetType()}."),
    };

    /// <summary>Gives one value; null for null.</summary>
    public static object? Cell(IArrowArray column, int row) => column switch
    {
        _ when column.IsNull(row) => null,
        TimestampArray a => a.Values[row] * (((TimestampType)a.Data.DataType).Unit switch { TimeUnit.Second => 1_000_000, TimeUnit.Millisecond => 1_000, TimeUnit.Microsecond => 1, _ => throw new ArgumentException("Nanoseconds are not supported.") }),
        Int64Array a => a.Values[row],
        Int32Array a => (long)a.Values[row],
        DoubleArray a => a.Values[row],
        FloatArray a => (double)a.Values[row],
        BooleanArray a => a.GetValue(row),
        StringArray a => a.GetString(row),
        DictionaryArray a => Cell(a.Dictionary, Convert.ToInt32(Cell(a.Indices, row), System.Globalization.CultureInfo.InvariantCulture)),
        Int8Array a => (long)a.Values[row],
        Int16Array a => (long)a.Values[row],
        UInt8Array a => (long)a.Values[row],
        UInt16Array a => (long)a.Values[row],
        UInt32Array a => (long)a.Values[row],
        FixedSizeBinaryArray a => Convert.ToHexString(a.GetBytes(row)),
        BinaryArray a => Convert.ToHexString(a.GetBytes(row)),
        ListArray a => $"[{string.Join("; ", Enumerable.Range(a.ValueOffsets[row], a.GetValueLength(row)).Select(i => Cell(a.Values, i)))}]",
        _ => $"{column.Data.DataType.Name} {row}",
    };
}
