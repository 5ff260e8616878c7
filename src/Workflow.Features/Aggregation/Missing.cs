namespace Workflow.Features.Aggregation;

/// <summary>How null is written among float64 values and in 8-byte cells: one NaN pattern that no arithmetic gives.</summary>
internal static class Missing
{
    /// <summary>A quiet NaN with the payload "NULL". Values that come in are made canonical, so no other NaN looks like it.</summary>
    public const long Bits = 0x7FF8_0000_4E55_4C4C;

    /// <summary>Null among int64 cells. A feature never has this value: <see cref="FeatureValue.FromInt64"/> refuses it.</summary>
    public const long Int64 = long.MinValue;

    public static readonly double Value = BitConverter.Int64BitsToDouble(Bits);

    public static bool Is(double value) => BitConverter.DoubleToInt64Bits(value) == Bits;

    public static double Canonical(double value) => double.IsNaN(value) ? double.NaN : value;
}
