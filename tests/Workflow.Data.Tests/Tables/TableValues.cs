using Apache.Arrow;
using Apache.Arrow.Arrays;
using Workflow.Data.Tables;

namespace Workflow.Data.Tests.Tables;

/// <summary>Reads tables value by value, the slow and obvious way: the oracle of every reader and writer here.</summary>
internal static class TableValues
{
    public static async Task<List<string?[]>> ReadAsync(TableSource table, IReadOnlyList<string>? columns = null)
    {
        var rows = new List<string?[]>();
        await foreach (var batch in table.ReadAsync(columns))
        {
            using (batch)
            {
                Append(rows, batch);
            }
        }

        return rows;
    }

    public static void Append(List<string?[]> rows, RecordBatch batch)
    {
        for (var i = 0; i < batch.Length; i++)
        {
            rows.Add([.. batch.Arrays.Select(a => Value(a, i))]);
        }
    }

    public static void AssertEqual(IReadOnlyList<string?[]> expected, IReadOnlyList<string?[]> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            if (!expected[i].AsSpan().SequenceEqual(actual[i]))
            {
                Assert.Fail($"row {i}: expected {string.Join(" | ", expected[i].Select(v => v ?? "null"))}, got {string.Join(" | ", actual[i].Select(v => v ?? "null"))}");
            }
        }
    }

    public static string? Value(IArrowArray array, int i)
    {
        if (array.IsNull(i))
        {
            return null;
        }

        return array switch
        {
            BooleanArray a => a.GetValue(i)!.Value ? "true" : "false",
            Int8Array a => Number(a.Values[i]),
            Int16Array a => Number(a.Values[i]),
            Int32Array a => Number(a.Values[i]),
            Int64Array a => Number(a.Values[i]),
            UInt8Array a => Number(a.Values[i]),
            UInt16Array a => Number(a.Values[i]),
            UInt32Array a => Number(a.Values[i]),
            UInt64Array a => Number(a.Values[i]),
            FloatArray a => BitConverter.SingleToUInt32Bits(a.Values[i]).ToString("x8", null),
            DoubleArray a => BitConverter.DoubleToUInt64Bits(a.Values[i]).ToString("x16", null),
            TimestampArray a => Number(a.Values[i]),
            Date32Array a => Number(a.Values[i]),
            Decimal128Array a => Convert.ToHexString(a.GetBytes(i)),
            FixedSizeBinaryArray a => Convert.ToHexString(a.GetBytes(i)),
            StringArray a => $"'{a.GetString(i)}'",
            BinaryArray a => Convert.ToHexString(a.GetBytes(i)),
            DictionaryArray a => Value(a.Dictionary, (int)((Int32Array)a.Indices).Values[i]),
            _ => throw new NotSupportedException(array.GetType().Name),
        };
    }

    private static string Number<T>(T value)
        where T : IFormattable => value.ToString(null, System.Globalization.CultureInfo.InvariantCulture);
}
