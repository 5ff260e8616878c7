using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace FlightDelays.Flights;

/// <summary>Arrow columns from numbers in memory.</summary>
internal static class Columns
{
    public static IArrowArray Of(long[] values) => new Int64Array(Buffer(values), ArrowBuffer.Empty, values.Length, nullCount: 0, offset: 0);

    public static IArrowArray Of(float[] values) => new FloatArray(Buffer(values), ArrowBuffer.Empty, values.Length, nullCount: 0, offset: 0);

    public static IArrowArray Of(double[] values) => new DoubleArray(Buffer(values), ArrowBuffer.Empty, values.Length, nullCount: 0, offset: 0);

    public static IArrowArray OfMoments(long[] microseconds, TimestampType type) =>
        new TimestampArray(type, Buffer(microseconds), ArrowBuffer.Empty, microseconds.Length, nullCount: 0, offset: 0);

    public static IArrowArray Of(IEnumerable<string> values) => new StringArray.Builder().AppendRange(values).Build();

    /// <summary>Gives another owner to a column's memory.</summary>
    public static IArrowArray Share(IArrowArray array) => ArrowArrayFactory.BuildArray(array.Data.SliceShared(0, array.Length));

    /// <summary>Rounds a float64 or int64 column to float32; nulls stay null.</summary>
    public static IArrowArray ToFloat32(IArrowArray column)
    {
        var values = new float[column.Length];
        var valid = new byte[(column.Length + 7) / 8];
        var nulls = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (column.IsNull(i))
            {
                nulls++;
                continue;
            }

            valid[i >> 3] |= (byte)(1 << (i & 7));
            values[i] = column is DoubleArray real ? (float)real.Values[i] : ((Int64Array)column).Values[i];
        }

        return new FloatArray(Buffer(values), nulls == 0 ? ArrowBuffer.Empty : new ArrowBuffer(valid), values.Length, nulls, offset: 0);
    }

    private static ArrowBuffer Buffer<T>(T[] values)
        where T : unmanaged => new(MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
}
