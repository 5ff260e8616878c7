using System.Globalization;
using System.Text.Json;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Workflow.Features.Redis.Tests;

/// <summary>What the golden files call types, and values of them as Arrow arrays and as text.</summary>
internal static class GoldenTypes
{
    private static readonly TimestampType Time = new(TimeUnit.Microsecond, "UTC");

    /// <summary>Gives the Arrow type; null where this package has none for it.</summary>
    public static IArrowType? Of(string type) => type switch
    {
        "int64" or "Int64" => Int64Type.Default,
        "int32" or "Int32" => Int32Type.Default,
        "string" or "String" => StringType.Default,
        "bytes" or "Bytes" => BinaryType.Default,
        "double" or "Float64" => DoubleType.Default,
        "float" or "Float32" => FloatType.Default,
        "bool" or "Bool" => BooleanType.Default,
        "timestamp" or "UnixTimestamp" => Time,
        _ when type.StartsWith("list<item: ", StringComparison.Ordinal) => ListOf(Of(type["list<item: ".Length..^1])),
        _ when type.StartsWith("Array(", StringComparison.Ordinal) && !type.StartsWith("Array(Array", StringComparison.Ordinal) => ListOf(Of(type["Array(".Length..^1])),
        _ => null,
    };

    /// <summary>Makes an array of JSON cells as the tables of the golden files have them.</summary>
    public static IArrowArray Array(IArrowType type, IReadOnlyList<JsonElement> cells)
    {
        switch (type)
        {
            case Int64Type:
                var longs = new Int64Array.Builder();
                Fill(cells, c => longs.Append(c.GetInt64()), () => longs.AppendNull());
                return longs.Build();
            case Int32Type:
                var ints = new Int32Array.Builder();
                Fill(cells, c => ints.Append(c.GetInt32()), () => ints.AppendNull());
                return ints.Build();
            case DoubleType:
                var doubles = new DoubleArray.Builder();
                Fill(cells, c => doubles.Append(Number(c)), () => doubles.AppendNull());
                return doubles.Build();
            case FloatType:
                var floats = new FloatArray.Builder();
                Fill(cells, c => floats.Append((float)Number(c)), () => floats.AppendNull());
                return floats.Build();
            case BooleanType:
                var bools = new BooleanArray.Builder();
                Fill(cells, c => bools.Append(c.GetBoolean()), () => bools.AppendNull());
                return bools.Build();
            case StringType:
                var texts = new StringArray.Builder();
                Fill(cells, c => texts.Append(c.GetString()!), () => texts.AppendNull());
                return texts.Build();
            case BinaryType:
                var bytes = new BinaryArray.Builder();
                Fill(cells, c => bytes.Append(Convert.FromHexString(c.ValueKind == JsonValueKind.Object ? c.GetProperty("$bytes").GetString()! : c.GetString()!)), () => bytes.AppendNull());
                return bytes.Build();
            case TimestampType:
                var times = new List<long>();
                var valid = new ArrowBuffer.BitmapBuilder();
                Fill(cells, c => times.Add(Microseconds(c.GetString()!)), () => times.Add(0));
                foreach (var cell in cells)
                {
                    valid.Append(cell.ValueKind != JsonValueKind.Null);
                }

                return new TimestampArray(Time, new ArrowBuffer.Builder<long>().AppendRange(times).Build(), valid.Build(), cells.Count, cells.Count(static c => c.ValueKind == JsonValueKind.Null), 0);
            case ListType list:
                var offsets = new ArrowBuffer.Builder<int>().Append(0);
                var present = new ArrowBuffer.BitmapBuilder();
                var items = new List<JsonElement>();
                foreach (var cell in cells)
                {
                    items.AddRange(cell.ValueKind == JsonValueKind.Null ? [] : cell.EnumerateArray());
                    offsets.Append(items.Count);
                    present.Append(cell.ValueKind != JsonValueKind.Null);
                }

                return new ListArray(list, cells.Count, offsets.Build(), Array(list.ValueDataType, items), present.Build(), cells.Count(static c => c.ValueKind == JsonValueKind.Null));
            default:
                throw new ArgumentException(type.Name, nameof(type));
        }
    }

    public static long Microseconds(string time)
    {
        // Nanoseconds are cut, as Feast cuts them; a time without a zone is UTC.
        var dot = time.IndexOf('.', StringComparison.Ordinal);
        var end = dot < 0 ? 0 : dot + 1 + time[(dot + 1)..].TakeWhile(char.IsAsciiDigit).Count();
        var cut = dot >= 0 && end - dot > 7 ? time[..(dot + 7)] + time[end..] : time;
        return (DateTimeOffset.Parse(cut, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
    }

    /// <summary>Gives a value as text.</summary>
    public static string Text(IArrowArray array, int row) => array switch
    {
        _ when array.IsNull(row) => "null",
        Int64Array a => a.Values[row].ToString(CultureInfo.InvariantCulture),
        Int32Array a => a.Values[row].ToString(CultureInfo.InvariantCulture),
        DoubleArray a => Text(a.Values[row]),
        FloatArray a => Text(a.Values[row]),
        BooleanArray a => a.GetValue(row) is true ? "True" : "False",
        StringArray a => '"' + a.GetString(row) + '"',
        BinaryArray a => Convert.ToHexStringLower(a.GetBytes(row)),
        TimestampArray a => Math.DivRem(a.Values[row], 1_000_000) is var (seconds, rest) && rest == 0 ? seconds.ToString(CultureInfo.InvariantCulture) : $"{a.Values[row]} us",
        ListArray a => $"[{string.Join(',', Enumerable.Range(a.ValueOffsets[row], a.GetValueLength(row)).Select(i => Text(a.Values, i)))}]",
        _ => throw new ArgumentException(array.Data.DataType.Name, nameof(array)),
    };

    /// <summary>Gives a typed value of the golden files as the same text.</summary>
    public static string Text(JsonElement typed) => typed.ValueKind == JsonValueKind.Null ? "null" : Text(typed.GetProperty("type").GetString()!, typed.GetProperty("value"));

    private static string Text(string type, JsonElement value) => type switch
    {
        _ when type.EndsWith("_list_val", StringComparison.Ordinal) => $"[{string.Join(',', value.EnumerateArray().Select(v => Text(type.Replace("_list_val", "_val", StringComparison.Ordinal), v)))}]",
        "double_val" or "float_val" => Text(Number(value)),
        "bool_val" => value.GetBoolean() ? "True" : "False",
        "string_val" => '"' + value.GetString() + '"',
        "bytes_val" => value.GetString()!,
        "unix_timestamp_val" when value.GetInt64() == long.MinValue => "null",
        _ => value.GetInt64().ToString(CultureInfo.InvariantCulture),
    };

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString() switch { "NaN" => double.NaN, "Infinity" => double.PositiveInfinity, "-Infinity" => double.NegativeInfinity, var other => throw new FormatException(other) }
        : value.GetDouble();

    private static ListType? ListOf(IArrowType? item) => item is null ? null : new ListType(new Field("item", item, true));

    private static void Fill(IReadOnlyList<JsonElement> cells, Action<JsonElement> append, Action appendNull)
    {
        foreach (var cell in cells)
        {
            if (cell.ValueKind == JsonValueKind.Null)
            {
                appendNull();
            }
            else
            {
                append(cell);
            }
        }
    }
}
