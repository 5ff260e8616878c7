using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Apache.Arrow;
using Apache.Arrow.Arrays;
using Apache.Arrow.Types;
using Workflow.Data.Tables;

namespace Workflow.Cli.Features;

/// <summary>Reads a CSV file whose types are what definitions say and what its values are.</summary>
/// <remarks>
/// Times are ISO 8601 with a zone, guids canonical, bytes hexadecimal, an empty field is null. A column that nothing is said of takes the
/// first type that every value is written in as that type is written: truth values, int64, double, times, else text. So nothing is lost:
/// 007 stays a text.
/// </remarks>
internal static partial class TypedCsv
{
    private const int ListedFaults = 20;

    public static async Task<TypedCsvTable> ReadAsync(string path, ColumnHints hints, CancellationToken cancellationToken)
    {
        var names = await HeaderAsync(path, cancellationToken);
        var texts = await CsvTable.OpenAsync(path, new Schema(names.Select(static n => new Field(n, StringType.Default, nullable: true)), null), null, cancellationToken);
        var columns = names.Select(static _ => new List<string?>()).ToArray();
        await foreach (var batch in texts.ReadAsync(null, cancellationToken))
        {
            using (batch)
            {
                for (var c = 0; c < columns.Length; c++)
                {
                    var array = (StringArray)batch.Column(c);
                    for (var row = 0; row < batch.Length; row++)
                    {
                        columns[c].Add(array.GetString(row));
                    }
                }
            }
        }

        var faults = new List<string>();
        var arrays = names.Select((name, c) => Build(columns[c], hints.Types.TryGetValue(name, out var type) ? type : Infer(columns[c]), (name, faults))).ToList();
        if (faults.Count > 0)
        {
            throw new InvalidDataException($"CSV file '{path}' does not fit the definitions:{string.Concat(faults.Take(ListedFaults).Select(f => Environment.NewLine + "  " + f))}{(faults.Count > ListedFaults ? $"{Environment.NewLine}  and {faults.Count - ListedFaults} more" : "")}");
        }

        var schema = new Schema(names.Select((n, c) => new Field(n, arrays[c].Data.DataType, nullable: true)), null);
        return new TypedCsvTable(path, new BatchTable(schema, [new RecordBatch(schema, arrays, columns.Length == 0 ? 0 : columns[0].Count)]));
    }

    /// <summary>Makes one column of texts, of a type or of the one that they are written in; faults are added to a list.</summary>
    public static IArrowArray Column(string name, IArrowType? type, List<string?> values, List<string> faults) => Build(values, type ?? Infer(values), (name, faults));

    private static IArrowType Infer(List<string?> values)
    {
        var present = values.OfType<string>().ToList();
        return present.Count == 0 ? DoubleType.Default
            : present.TrueForAll(static v => v is "true" or "false") ? BooleanType.Default
            : present.TrueForAll(static v => long.TryParse(v, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n) && n.ToString(CultureInfo.InvariantCulture) == v) ? Int64Type.Default
            : present.TrueForAll(IsDouble) ? DoubleType.Default
            : present.TrueForAll(static v => TryTime(v, out _)) ? ColumnHints.Time
            : StringType.Default;
    }

    // Trailing zeros and a point may go; digits that a double cannot hold may not.
    private static bool IsDouble(string text) => Plain().IsMatch(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
        && text.Count(char.IsAsciiDigit) <= 17;

    private static IArrowArray Build(List<string?> values, IArrowType type, (string Name, List<string> Faults) column)
    {
        switch (type)
        {
            case BooleanType:
                return Fill(new BooleanArray.Builder(), values, static (b, v) => b.Append(v == "true"), static b => b.AppendNull()).Build();
            case Int64Type:
                return Fill(new Int64Array.Builder(), values, (b, v) => b.Append(Parse<long>(v, column, "an int64")), static b => b.AppendNull()).Build();
            case Int32Type:
                return Fill(new Int32Array.Builder(), values, (b, v) => b.Append(Parse<int>(v, column, "an int32")), static b => b.AppendNull()).Build();
            case DoubleType:
                return Fill(new DoubleArray.Builder(), values, static (b, v) => b.Append(double.Parse(v, NumberStyles.Float, CultureInfo.InvariantCulture)), static b => b.AppendNull()).Build();
            case TimestampType t:
                return Fill(new TimestampArray.Builder(t), values, (b, v) => b.Append(Time(v, column)), static b => b.AppendNull()).Build();
            case BinaryType:
                return Fill(new BinaryArray.Builder(), values, (b, v) => b.Append((IEnumerable<byte>)Bytes(v, column)), static b => b.AppendNull()).Build();
            case FixedSizeBinaryType:
                return Guids(values, column);
            default:
                return Fill(new StringArray.Builder(), values, static (b, v) => b.Append(v), static b => b.AppendNull()).Build();
        }
    }

    private static TBuilder Fill<TBuilder>(TBuilder builder, List<string?> values, Action<TBuilder, string> append, Action<TBuilder> appendNull)
    {
        foreach (var value in values)
        {
            if (value is null)
            {
                appendNull(builder);
            }
            else
            {
                append(builder, value);
            }
        }

        return builder;
    }

    private static T Parse<T>(string text, (string Name, List<string> Faults) column, string expected)
        where T : struct, System.Numerics.INumber<T> =>
        T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : Fault<T>(column, text, $"{expected}, as the definitions say");

    private static DateTimeOffset Time(string text, (string Name, List<string> Faults) column) => TryTime(text, out var time)
        ? time
        : Fault<DateTimeOffset>(column, text, "a time in ISO 8601 with a zone, such as 2024-03-05T10:00:00Z or …+02:00: without one nobody knows which moment it is");

    private static byte[] Bytes(string text, (string Name, List<string> Faults) column) =>
        text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : Fault<byte[]>(column, text, "bytes in hexadecimal") ?? [];

    private static FixedSizeBinaryArray Guids(List<string?> values, (string Name, List<string> Faults) column)
    {
        var bytes = new byte[16 * values.Count];
        var validity = new byte[(values.Count + 7) / 8];
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is { } text)
            {
                var value = Guid.TryParseExact(text, "D", out var guid) ? guid : Fault<Guid>(column, text, "a guid such as 6f9619ff-8b86-d011-b42d-00cf4fc964ff");
                value.TryWriteBytes(bytes.AsSpan(16 * i), bigEndian: true, out _);
                validity[i >> 3] |= (byte)(1 << (i & 7));
            }
        }

        return new FixedSizeBinaryArray(new ArrayData(new FixedSizeBinaryType(16), values.Count, values.Count(static v => v is null), 0, [new ArrowBuffer(validity), new ArrowBuffer(bytes)]));
    }

    private static T? Fault<T>((string Name, List<string> Faults) column, string text, string expected)
    {
        column.Faults.Add($"column '{column.Name}': expected {expected}, got '{text}'");
        return default;
    }

    /// <summary>Reads a time in ISO 8601 with a zone.</summary>
    public static bool TryTime(string text, out DateTimeOffset time)
    {
        time = default;
        return Zoned().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }

    private static async Task<List<string>> HeaderAsync(string path, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(path, Encoding.UTF8);
        var line = await reader.ReadLineAsync(cancellationToken) ?? throw new InvalidDataException($"CSV file '{path}' is empty: expected a header.");
        return [.. Fields().Matches(line).Select(static m => m.Groups["quoted"].Success ? m.Groups["quoted"].Value.Replace("\"\"", "\"", StringComparison.Ordinal) : m.Groups["plain"].Value)];
    }

    [GeneratedRegex("""(?:^|,)(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>[^",]*))""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Fields();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Zoned();

    [GeneratedRegex(@"^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Plain();
}
