using System.Numerics;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Features.Aggregation;
using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>Reads Arrow columns as float64 with null as <see cref="Missing"/>, and timestamps as microseconds; each column once a batch.</summary>
/// <remarks>Not thread-safe. The arrays given are reused for the next batch and may be longer than it.</remarks>
internal sealed class ColumnReader(string table)
{
    private const long MaxExact = 1L << 53;
    private readonly Dictionary<string, double[]> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long[]> _times = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private long _firstRow;
    private int _length;

    public static bool IsNumber(IArrowType type) => type.TypeId is ArrowTypeId.Int8 or ArrowTypeId.Int16 or ArrowTypeId.Int32 or ArrowTypeId.Int64
        or ArrowTypeId.UInt8 or ArrowTypeId.UInt16 or ArrowTypeId.UInt32 or ArrowTypeId.Float or ArrowTypeId.Double or ArrowTypeId.Boolean || IsTime(type);

    public static bool IsTime(IArrowType type) => type is TimestampType { Unit: not TimeUnit.Nanosecond };

    /// <summary>Moves to the next batch.</summary>
    public void Next(RecordBatch batch)
    {
        _firstRow += _length;
        _length = batch.Length;
        _read.Clear();
    }

    /// <summary>Gives a column as float64; timestamps as microseconds since 1970 UTC.</summary>
    /// <exception cref="InvalidDataException">A 64-bit integer has no exact float64.</exception>
    public double[] Numbers(RecordBatch batch, string column)
    {
        var array = batch.Column(column);
        if (array is TimestampArray)
        {
            var times = Times(batch, column);
            var asNumbers = Rent(_numbers, column);
            for (var i = 0; i < _length; i++)
            {
                asNumbers[i] = times[i] == FeatureTime.Never ? Missing.Value : times[i];
            }

            return asNumbers;
        }

        if (!_read.Add(column))
        {
            return _numbers[column];
        }

        var values = Rent(_numbers, column);
        switch (array)
        {
            case Int64Array a:
                CopyExact(a.Values, a, values, column);
                break;
            case Int32Array a:
                Copy(a.Values, static v => v, values);
                break;
            case DoubleArray a:
                Copy(a.Values, Missing.Canonical, values);
                break;
            case FloatArray a:
                Copy(a.Values, static v => Missing.Canonical(v), values);
                break;
            case Int16Array a:
                Copy(a.Values, static v => v, values);
                break;
            case Int8Array a:
                Copy(a.Values, static v => v, values);
                break;
            case UInt32Array a:
                Copy(a.Values, static v => v, values);
                break;
            case UInt16Array a:
                Copy(a.Values, static v => v, values);
                break;
            case UInt8Array a:
                Copy(a.Values, static v => v, values);
                break;
            case BooleanArray a:
                for (var i = 0; i < _length; i++)
                {
                    values[i] = a.GetValue(i) is true ? 1 : 0;
                }

                break;
            default:
                throw new InvalidOperationException($"Column '{column}' of {table} has type {array.Data.DataType.Name}, which the schema check should have refused.");
        }

        for (var i = 0; i < _length && array.NullCount > 0; i++)
        {
            values[i] = array.IsNull(i) ? Missing.Value : values[i];
        }

        GC.KeepAlive(batch);
        return values;
    }

    /// <summary>Gives a timestamp column as microseconds since 1970 UTC; null is <see cref="FeatureTime.Never"/>. A column without a zone is read as UTC.</summary>
    /// <exception cref="InvalidDataException">A time lies outside the years 1 to 9999.</exception>
    public long[] Times(RecordBatch batch, string column)
    {
        if (!_read.Add("\0" + column))
        {
            return _times[column];
        }

        var array = (TimestampArray)batch.Column(column);
        var factor = ((TimestampType)array.Data.DataType).Unit switch { TimeUnit.Second => 1_000_000, TimeUnit.Millisecond => 1_000, _ => 1L };
        var values = array.Values;
        var times = Rent(_times, column);
        var (earliest, latest) = (FeatureTime.Earliest / factor, FeatureTime.Latest / factor);
        if (array.NullCount == 0 && AreWithin(values, earliest, latest))
        {
            Scale(values, factor, times);
            GC.KeepAlive(batch);
            return times;
        }

        for (var i = 0; i < _length; i++)
        {
            if (array.IsNull(i))
            {
                times[i] = FeatureTime.Never;
                continue;
            }

            if (values[i] < earliest || values[i] > latest)
            {
                throw new InvalidDataException($"Column '{column}' of {table}, row {_firstRow + i}: expected a time of the years 1 to 9999, got {values[i]} {((TimestampType)array.Data.DataType).Unit}s since 1970. Check the unit of the column.");
            }

            times[i] = values[i] * factor;
        }

        GC.KeepAlive(batch);
        return times;
    }

    private static bool AreWithin(ReadOnlySpan<long> values, long earliest, long latest)
    {
        var (min, max) = (new Vector<long>(latest), new Vector<long>(earliest));
        var i = 0;
        for (; i <= values.Length - Vector<long>.Count; i += Vector<long>.Count)
        {
            var block = new Vector<long>(values[i..]);
            (min, max) = (Vector.Min(min, block), Vector.Max(max, block));
        }

        var isWithin = Vector.GreaterThanOrEqualAll(min, new Vector<long>(earliest)) && Vector.LessThanOrEqualAll(max, new Vector<long>(latest));
        for (; i < values.Length; i++)
        {
            isWithin &= values[i] >= earliest && values[i] <= latest;
        }

        return isWithin;
    }

    private static void Scale(ReadOnlySpan<long> values, long factor, Span<long> times)
    {
        if (factor == 1)
        {
            values.CopyTo(times);
            return;
        }

        for (var i = 0; i < values.Length; i++)
        {
            times[i] = values[i] * factor;
        }
    }

    private static void Copy<T>(ReadOnlySpan<T> from, Func<T, double> convert, Span<double> to)
    {
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = convert(from[i]);
        }
    }

    private void CopyExact(ReadOnlySpan<long> from, Int64Array array, Span<double> to, string column)
    {
        for (var i = 0; i < from.Length; i++)
        {
            if (from[i] is > MaxExact or < -MaxExact && array.IsValid(i))
            {
                throw new InvalidDataException($"Column '{column}' of {table}, row {_firstRow + i}: features are computed in float64, which cannot hold {from[i]} exactly; expected at most 2^53 in size. Scale the column or use it as a key.");
            }

            to[i] = from[i];
        }
    }

    private T[] Rent<T>(Dictionary<string, T[]> arrays, string column)
    {
        if (!arrays.TryGetValue(column, out var array) || array.Length < _length)
        {
            arrays[column] = array = new T[Math.Max(_length, 1)];
        }

        return array;
    }
}
