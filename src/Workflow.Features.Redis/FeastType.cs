using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Features.Online.Stores;

namespace Workflow.Features.Redis;

/// <summary>Which member of <c>feast.types.Value</c> an Arrow type is stored in: the numbers are the members'.</summary>
internal enum FeastType
{
    Bytes = 1,
    Text = 2,
    Int32 = 3,
    Int64 = 4,
    Float64 = 5,
    Float32 = 6,
    Bool = 7,
    UnixTimestamp = 8,
    BytesList = 11,
    TextList = 12,
    Int32List = 13,
    Int64List = 14,
    Float64List = 15,
    Float32List = 16,
    BoolList = 17,
    UnixTimestampList = 18,
    Null = 19,
}

/// <summary>Maps Arrow types to Feast's.</summary>
internal static class FeastTypes
{
    public const int ListOffset = 10;

    public static FeastType? Of(IArrowType type) => type switch
    {
        BooleanType => FeastType.Bool,
        Int8Type or Int16Type or Int32Type or UInt8Type or UInt16Type or Date32Type => FeastType.Int32,
        Int64Type or UInt32Type or Date64Type => FeastType.Int64,
        FloatType => FeastType.Float32,
        DoubleType => FeastType.Float64,
        StringType => FeastType.Text,
        BinaryType or FixedSizeBinaryType { TypeId: ArrowTypeId.FixedSizedBinary } => FeastType.Bytes,
        TimestampType => FeastType.UnixTimestamp,
        ListType list when Of(list.ValueDataType) is { } item && (int)item < (int)FeastType.BytesList => item + ListOffset,
        _ => null,
    };

    /// <summary>Gives how many of a timestamp's units a second has.</summary>
    public static long UnitsPerSecond(IArrowType type) => ((TimestampType)type).Unit switch
    {
        TimeUnit.Second => 1,
        TimeUnit.Millisecond => 1_000,
        TimeUnit.Microsecond => 1_000_000,
        _ => 1_000_000_000,
    };

    /// <exception cref="OnlineStoreException">A column has a type that Feast's values do not have; every one is listed.</exception>
    public static void Require(string table, Schema schema)
    {
        var unknown = schema.FieldsList.Where(static f => Of(f.DataType) is null).Select(static f => $"'{f.Name}' {TableSchema.Describe(f.DataType)}").ToList();
        if (unknown.Count > 0)
        {
            throw new OnlineStoreException(OnlineStoreFault.Unsupported, $"The online table '{table}' has columns that Feast's format has no form for: {string.Join(", ", unknown)}. Expected booleans, integers of at most 63 bits, float32, float64, utf8, binary, dates, timestamps, and lists of these. Cast them in the source, or use the embedded store.");
        }
    }
}
