using System.Globalization;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Arrays;
using Apache.Arrow.Types;
using Workflow.Data.Storage;
using Workflow.Data.Tables;

namespace Workflow.Cli.Features;

/// <summary>Writes a table as CSV: times ISO 8601 in UTC, null as nothing, the empty text as <c>""</c>.</summary>
internal static class CsvWriter
{
    public static Task WriteAsync(string path, TableSource table, CancellationToken cancellationToken) => AtomicFile.WriteAsync(
        path,
        async (stream, token) =>
        {
            var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
            await using (writer)
            {
                await writer.WriteLineAsync(string.Join(',', table.Schema.FieldsList.Select(static f => Quoted(f.Name))));
                await foreach (var batch in table.ReadAsync(null, token))
                {
                    using (batch)
                    {
                        for (var row = 0; row < batch.Length; row++)
                        {
                            await writer.WriteLineAsync(string.Join(',', Enumerable.Range(0, batch.ColumnCount).Select(c => Text(batch.Column(c), row))));
                        }
                    }
                }
            }
        },
        cancellationToken);

    /// <summary>Gives a value as a field.</summary>
    public static string Text(IArrowArray column, int row) => column switch
    {
        _ when column.IsNull(row) => "",
        StringArray a => Quoted(a.GetString(row)),
        Int64Array a => Number(a.GetValue(row)!.Value),
        Int32Array a => Number(a.GetValue(row)!.Value),
        DoubleArray a => a.GetValue(row)!.Value.ToString("R", CultureInfo.InvariantCulture),
        FloatArray a => a.GetValue(row)!.Value.ToString("R", CultureInfo.InvariantCulture),
        BooleanArray a => a.GetValue(row) is true ? "true" : "false",
        TimestampArray a => Time(a, row),
        Int16Array a => Number(a.GetValue(row)!.Value),
        Int8Array a => Number(a.GetValue(row)!.Value),
        UInt64Array a => a.GetValue(row)!.Value.ToString(CultureInfo.InvariantCulture),
        UInt32Array a => Number(a.GetValue(row)!.Value),
        UInt16Array a => Number(a.GetValue(row)!.Value),
        UInt8Array a => Number(a.GetValue(row)!.Value),
        Date32Array a => a.GetDateTime(row)!.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        Decimal128Array a => a.GetString(row),
        DictionaryArray { Dictionary: StringArray texts } a => Text(texts, int.Parse(Text(a.Indices, row), CultureInfo.InvariantCulture)),
        FixedSizeBinaryArray { Data.DataType: FixedSizeBinaryType { ByteWidth: 16 } } a => new Guid(a.GetBytes(row), bigEndian: true).ToString("D"),
        BinaryArray a => Convert.ToHexStringLower(a.GetBytes(row)),
        _ => throw new InvalidDataException($"CSV has no form for a column of type {TableSchema.Describe(column.Data.DataType)}: write .parquet or .arrow."),
    };

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Time(TimestampArray array, int row)
    {
        var ticks = ((TimestampType)array.Data.DataType).Unit switch { TimeUnit.Second => TimeSpan.TicksPerSecond, TimeUnit.Millisecond => TimeSpan.TicksPerMillisecond, TimeUnit.Microsecond => TimeSpan.TicksPerMicrosecond, _ => 0 };
        var value = array.Values[row];
        return DateTime.UnixEpoch.AddTicks(ticks == 0 ? value / 100 : value * ticks).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
    }

    private static string Quoted(string text) => text.Length > 0 && text.AsSpan().IndexOfAny("\",\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
