using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Numerics.Random;

namespace Workflow.Data.Tests.Tables;

/// <summary>Tables of every type, with nulls, runs, repeats and awkward values, made with Arrow's own builders.</summary>
internal static class RandomTables
{
    public static readonly IReadOnlyList<IArrowType> AllTypes =
    [
        BooleanType.Default, Int8Type.Default, Int16Type.Default, Int32Type.Default, Int64Type.Default,
        UInt8Type.Default, UInt16Type.Default, UInt32Type.Default, UInt64Type.Default, FloatType.Default, DoubleType.Default,
        StringType.Default, BinaryType.Default, new TimestampType(TimeUnit.Microsecond, "UTC"), Date32Type.Default,
        new Decimal128Type(9, 2), new Decimal128Type(18, 4), new Decimal128Type(38, 10), new FixedSizeBinaryType(5),
    ];

    public static Schema SchemaOf(IEnumerable<IArrowType> types) =>
        new([.. types.SelectMany((t, i) => new[] { new Field($"n{i}", t, nullable: true), new Field($"r{i}", t, nullable: false) })], metadata: null);

    public static BatchTable Create(long seed, int rows, int batches, IEnumerable<IArrowType>? types = null)
    {
        var schema = SchemaOf(types ?? AllTypes);
        var made = new List<RecordBatch>();
        for (var b = 0; b < batches; b++)
        {
            var count = (rows * (b + 1) / batches) - (rows * b / batches);
            made.Add(new RecordBatch(schema, schema.FieldsList.Select((f, c) => Column(f, count, new Philox(seed, f.Name, (ulong)((b * 1000) + c)))), count));
        }

        return new BatchTable(schema, made);
    }

    public static IArrowArray Column(Field field, int rows, Philox random)
    {
        // A column repeats few values, many, or hardly any; nulls are absent, rare, common or in runs.
        var distinct = new[] { 1, 3, 40, 100_000_000 }[random.NextInt32(4)];
        var nulls = field.IsNullable ? new[] { 0, 1, 50, 100 }[random.NextInt32(4)] : 0;
        var isRun = random.NextInt32(2) == 0;
        var last = random.NextInt32(distinct);
        var lastNull = false;
        var choices = new int?[rows];
        for (var i = 0; i < rows; i++)
        {
            if (!isRun || random.NextInt32(30) == 0)
            {
                last = random.NextInt32(distinct);
                lastNull = random.NextInt32(100) < nulls;
            }

            choices[i] = lastNull ? null : last;
        }

        return Build(field.DataType, choices);
    }

    private static IArrowArray Build(IArrowType type, int?[] choices) => type switch
    {
        BooleanType => Booleans(choices),
        Int8Type or UInt8Type => Fixed(type, choices, 1, c => BitConverter.GetBytes(Mix(c))[..1]),
        Int16Type or UInt16Type => Fixed(type, choices, 2, c => BitConverter.GetBytes(Mix(c))[..2]),
        Int32Type or UInt32Type or FloatType => Fixed(type, choices, 4, c => BitConverter.GetBytes(Mix(c))[..4]),
        Int64Type or UInt64Type or DoubleType => Fixed(type, choices, 8, c => BitConverter.GetBytes(Mix(c))),
        TimestampType => Fixed(type, choices, 8, c => BitConverter.GetBytes(Mix(c) % 4_000_000_000_000_000)),
        Date32Type => Fixed(type, choices, 4, c => BitConverter.GetBytes((int)(Mix(c) % 100_000))),
        Decimal128Type d => Fixed(type, choices, 16, c => Bytes((Int128)Mix(c) * Mix(c + 1) % Power(d.Precision))),
        FixedSizeBinaryType b => Fixed(type, choices, b.ByteWidth, c => BitConverter.GetBytes(Mix(c))[..b.ByteWidth]),
        StringType => Text(choices),
        _ => Binary(choices),
    };

    private static BooleanArray Booleans(int?[] choices)
    {
        var builder = new BooleanArray.Builder();
        foreach (var c in choices)
        {
            _ = c is null ? builder.AppendNull() : builder.Append((c & 1) == 1);
        }

        return builder.Build();
    }

    private static StringArray Text(int?[] choices)
    {
        var builder = new StringArray.Builder();
        foreach (var c in choices)
        {
            // Short and long, empty, and more than one byte a character.
            builder.Append(c is null ? null : (c % 7) switch { 0 => "", 1 => $"é{c}", 2 => new string('x', 40 + (c.Value % 9)) + c, _ => $"v{c}" });
        }

        return builder.Build();
    }

    private static BinaryArray Binary(int?[] choices)
    {
        var builder = new BinaryArray.Builder();
        foreach (var c in choices)
        {
            if (c is null)
            {
                builder.AppendNull();
            }
            else
            {
                builder.Append(BitConverter.GetBytes(Mix(c.Value)).AsSpan(0, c.Value % 9));
            }
        }

        return builder.Build();
    }

    private static IArrowArray Fixed(IArrowType type, int?[] choices, int width, Func<int, byte[]> bytes)
    {
        var values = new byte[choices.Length * width];
        var validity = new byte[(choices.Length + 7) / 8];
        for (var i = 0; i < choices.Length; i++)
        {
            if (choices[i] is { } c)
            {
                bytes(c).CopyTo(values, i * width);
                validity[i >> 3] |= (byte)(1 << (i & 7));
            }
            else
            {
                // What stands where a value is null is nobody's business.
                values.AsSpan(i * width, width).Fill(0xAB);
            }
        }

        return ArrowArrayFactory.BuildArray(new ArrayData(type, choices.Length, choices.Count(c => c is null), 0, new[] { new ArrowBuffer(validity), new ArrowBuffer(values) }));
    }

    private static byte[] Bytes(Int128 value)
    {
        var bytes = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt128LittleEndian(bytes, value);
        return bytes;
    }

    private static Int128 Power(int exponent) => exponent == 0 ? 1 : 10 * Power(exponent - 1);

    // Spreads small numbers over all bits, some of them small again.
    private static long Mix(int choice) => (choice % 5) switch
    {
        0 => choice,
        1 => -choice,
        2 => unchecked(choice * 0x1E3779B97F4A7C15),
        3 => long.MaxValue - choice,
        _ => long.MinValue + choice,
    };
}
