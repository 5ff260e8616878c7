namespace Workflow.Data.Tables.Parquet;

/// <summary>Reads one node of the schema: its stored type, and what it means by the logical or the older converted type.</summary>
internal static class SchemaElementReader
{
    public static SchemaElement Read(ref CompactReader reader)
    {
        int physical = -1, typeLength = 0, repetition = 0, children = 0, converted = -1, scale = 0, precision = 0;
        string? name = null;
        SchemaElement? logical = null;
        for (var id = 0; reader.ReadField(ref id) is var type and not CompactReader.Stop;)
        {
            switch (id, type)
            {
                case (1, CompactReader.I32):
                    physical = reader.ReadI32();
                    break;
                case (2, CompactReader.I32):
                    typeLength = reader.ReadI32();
                    break;
                case (3, CompactReader.I32):
                    repetition = reader.ReadI32();
                    break;
                case (4, CompactReader.Binary):
                    name = reader.ReadString();
                    break;
                case (5, CompactReader.I32):
                    children = reader.ReadI32();
                    break;
                case (6, CompactReader.I32):
                    converted = reader.ReadI32();
                    break;
                case (7, CompactReader.I32):
                    scale = reader.ReadI32();
                    break;
                case (8, CompactReader.I32):
                    precision = reader.ReadI32();
                    break;
                case (10, CompactReader.Struct):
                    logical = ReadLogical(ref reader);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (name is null || physical is < -1 or > 7 || repetition is < 0 or > 2 || children < 0)
        {
            throw new MalformedException("a name, known type and repetition of every column", $"'{name}', type {physical}, repetition {repetition}, {children} children");
        }

        var meaning = logical ?? FromConverted(converted, scale, precision);
        return meaning with
        {
            Name = name,
            Repetition = (Repetition)repetition,
            ChildCount = children,
            Type = physical < 0 || children > 0 ? null : (PhysicalType)physical,
            TypeLength = typeLength,
        };
    }

    private static SchemaElement Meaning(Annotation annotation) => new("", Repetition.Required, 0) { Annotation = annotation };

    private static SchemaElement FromConverted(int converted, int scale, int precision) => converted switch
    {
        -1 => Meaning(Annotation.None),
        0 or 4 or 19 => Meaning(Annotation.Text),
        1 or 2 or 3 => Meaning(Annotation.Nested),
        5 => Meaning(Annotation.Decimal) with { Scale = scale, Precision = precision },
        6 => Meaning(Annotation.Date),
        7 => Meaning(Annotation.Time) with { Resolution = TimeResolution.Milliseconds },
        8 => Meaning(Annotation.Time) with { Resolution = TimeResolution.Microseconds },
        9 => Meaning(Annotation.Timestamp) with { Resolution = TimeResolution.Milliseconds },
        10 => Meaning(Annotation.Timestamp) with { Resolution = TimeResolution.Microseconds },
        >= 11 and <= 14 => Meaning(Annotation.Integer) with { BitWidth = 8 << (converted - 11), IsSigned = false },
        >= 15 and <= 18 => Meaning(Annotation.Integer) with { BitWidth = 8 << (converted - 15), IsSigned = true },
        20 => Meaning(Annotation.Bytes),
        _ => Meaning(Annotation.Unsupported),
    };

    private static SchemaElement ReadLogical(ref CompactReader reader)
    {
        var meaning = Meaning(Annotation.None);
        for (var id = 0; reader.ReadField(ref id) is var type and not CompactReader.Stop;)
        {
            CompactReader.Expect(type, CompactReader.Struct, "a logical type");
            var parameters = ReadParameters(ref reader);
            meaning = id switch
            {
                1 or 4 or 12 => Meaning(Annotation.Text),
                2 or 3 => Meaning(Annotation.Nested),
                5 => Meaning(Annotation.Decimal) with { Scale = parameters.First, Precision = parameters.Second },
                6 => Meaning(Annotation.Date),
                7 => Meaning(Annotation.Time) with { Resolution = parameters.Resolution },
                8 => Meaning(Annotation.Timestamp) with { Resolution = parameters.Resolution },
                10 => Meaning(Annotation.Integer) with { BitWidth = parameters.First, IsSigned = parameters.Flag },
                11 => Meaning(Annotation.AlwaysNull),
                13 => Meaning(Annotation.Bytes),
                14 => Meaning(Annotation.Uuid),
                15 => Meaning(Annotation.Float16),
                _ => Meaning(Annotation.Unsupported),
            };
        }

        return meaning;
    }

    // The parameters of all logical types have one of these shapes: (int, int), (bool, unit), (byte, bool).
    private static Parameters ReadParameters(ref CompactReader reader)
    {
        var parameters = new Parameters(0, 0, false, TimeResolution.Microseconds);
        for (var id = 0; reader.ReadField(ref id) is var type and not CompactReader.Stop;)
        {
            switch (id, type)
            {
                case (1, CompactReader.I32):
                    parameters = parameters with { First = reader.ReadI32() };
                    break;
                case (1, CompactReader.Byte):
                    parameters = parameters with { First = reader.ReadByte() };
                    break;
                case (2, CompactReader.I32):
                    parameters = parameters with { Second = reader.ReadI32() };
                    break;
                case (_, CompactReader.True or CompactReader.False):
                    parameters = parameters with { Flag = CompactReader.ReadBoolean(type) };
                    break;
                case (2, CompactReader.Struct):
                    for (var unit = 0; reader.ReadField(ref unit) is var unitType and not CompactReader.Stop;)
                    {
                        parameters = parameters with { Resolution = unit is >= 1 and <= 3 ? (TimeResolution)(unit - 1) : throw new MalformedException("a time unit from 1 to 3", $"{unit}") };
                        reader.Skip(unitType);
                    }

                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return parameters;
    }

    private readonly record struct Parameters(int First, int Second, bool Flag, TimeResolution Resolution);
}
