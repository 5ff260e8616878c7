using Apache.Arrow;
using Parquet;
using Parquet.Schema;

namespace ParquetIngest;

/// <summary>The plain way that Workflow.Data's own decoder replaces: Parquet.Net decodes a row group's columns, which are then put into Arrow arrays.</summary>
internal static class BaselineReader
{
    public static async Task<long> ReadAsync(string file)
    {
        var rows = 0L;
        await using var reader = await ParquetReader.CreateAsync(file);
        for (var i = 0; i < reader.RowGroupCount; i++)
        {
            using var group = reader.OpenRowGroupReader(i);
            var length = checked((int)group.RowCount);
            foreach (var field in reader.Schema.GetDataFields())
            {
                using var array = await ReadAsync(group, field, length);
            }

            rows += length;
        }

        return rows;
    }

    private static async Task<IArrowArray> ReadAsync(ParquetRowGroupReader group, DataField field, int length) => field.ClrType switch
    {
        var type when type == typeof(ReadOnlyMemory<char>) => new StringArray.Builder().AppendRange(await TextsAsync(group, field, length)).Build(),
        var type when type == typeof(int) => Fill<int, Int32Array, Int32Array.Builder>(new(), await ValuesAsync<int>(group, field, length)),
        var type when type == typeof(long) => Fill<long, Int64Array, Int64Array.Builder>(new(), await ValuesAsync<long>(group, field, length)),
        var type when type == typeof(short) => Fill<short, Int16Array, Int16Array.Builder>(new(), await ValuesAsync<short>(group, field, length)),
        var type when type == typeof(float) => Fill<float, FloatArray, FloatArray.Builder>(new(), await ValuesAsync<float>(group, field, length)),
        var type when type == typeof(double) => Fill<double, DoubleArray, DoubleArray.Builder>(new(), await ValuesAsync<double>(group, field, length)),
        var type when type == typeof(DateTime) => Fill<long, Int64Array, Int64Array.Builder>(new(), (await ValuesAsync<DateTime>(group, field, length)).Select(t => (t?.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond)),
        var type => throw new NotSupportedException($"Column '{field.Name}' has the type {type.Name}, which the baseline does not read."),
    };

    private static TArray Fill<T, TArray, TBuilder>(TBuilder builder, IEnumerable<T?> values)
        where T : struct
        where TArray : IArrowArray
        where TBuilder : PrimitiveArrayBuilder<T, TArray, TBuilder>
    {
        foreach (var value in values)
        {
            builder.Append(value);
        }

        return builder.Build(allocator: null);
    }

    private static async Task<string?[]> TextsAsync(ParquetRowGroupReader group, DataField field, int length)
    {
        var values = new string?[length];
        await group.ReadAsync(field, values.AsMemory());
        return values;
    }

    private static async Task<T?[]> ValuesAsync<T>(ParquetRowGroupReader group, DataField field, int length)
        where T : struct
    {
        var values = new T?[length];
        if (field.IsNullable)
        {
            await group.ReadAsync(field, values.AsMemory());
            return values;
        }

        var plain = new T[length];
        await group.ReadAsync(field, plain.AsMemory());
        return System.Array.ConvertAll(plain, value => (T?)value);
    }
}
