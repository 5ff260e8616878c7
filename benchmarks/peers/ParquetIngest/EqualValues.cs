using Apache.Arrow;
using ParquetSharp.Arrow;
using Workflow.Data.Tables;

namespace ParquetIngest;

/// <summary>Compares what the two readers give, column by column, over the whole file.</summary>
internal static class EqualValues
{
    /// <returns>Null when all values are equal; otherwise where they differ first.</returns>
    public static async Task<string?> FindDifferenceAsync(string file)
    {
        var table = await ParquetTable.OpenAsync(file);
        using var reader = new FileReader(file);
        using var batches = reader.GetRecordBatchReader();
        RecordBatch? peer = null;
        var used = 0;
        var row = 0L;
        await foreach (var batch in table.ReadAsync())
        {
            using (batch)
            {
                for (var i = 0; i < batch.Length; i++, used++, row++)
                {
                    while (peer is null || used == peer.Length)
                    {
                        peer?.Dispose();
                        peer = await batches.ReadNextRecordBatchAsync();
                        used = 0;
                        if (peer is null)
                        {
                            return $"ParquetSharp ends after {row} rows";
                        }
                    }

                    for (var column = 0; column < batch.ColumnCount; column++)
                    {
                        if (!AreEqual(batch.Column(column), i, peer.Column(column), used))
                        {
                            return $"column '{batch.Schema.FieldsList[column].Name}', row {row}";
                        }
                    }
                }
            }
        }

        return peer is not null && used < peer.Length ? $"ParquetSharp goes on after {row} rows" : null;
    }

    private static bool AreEqual(IArrowArray own, int i, IArrowArray peer, int j) =>
        own.IsNull(i) == peer.IsNull(j) && (own.IsNull(i) || (own, peer) switch
        {
            (PrimitiveArray<long> a, PrimitiveArray<long> b) => a.Values[i] == b.Values[j],
            (PrimitiveArray<int> a, PrimitiveArray<int> b) => a.Values[i] == b.Values[j],
            (PrimitiveArray<double> a, PrimitiveArray<double> b) => BitConverter.DoubleToInt64Bits(a.Values[i]) == BitConverter.DoubleToInt64Bits(b.Values[j]),
            (PrimitiveArray<float> a, PrimitiveArray<float> b) => BitConverter.SingleToInt32Bits(a.Values[i]) == BitConverter.SingleToInt32Bits(b.Values[j]),
            (BooleanArray a, BooleanArray b) => a.GetValue(i) == b.GetValue(j),
            (BinaryArray a, BinaryArray b) => a.GetBytes(i).SequenceEqual(b.GetBytes(j)),
            (BinaryArray a, LargeBinaryArray b) => a.GetBytes(i).SequenceEqual(b.GetBytes(j, out _)),
            _ => throw new NotSupportedException($"{own.Data.DataType.Name} and {peer.Data.DataType.Name} are not compared."),
        });
}
