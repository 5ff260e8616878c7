using System.ComponentModel.DataAnnotations.Schema;
using System.Reflection;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Workflow.Data.Tables.Records;

/// <summary>Knows how each C# type is stored in a column.</summary>
internal static class RecordProperties
{
    private const int DecimalScale = 10;
    private static readonly int UnixEpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <returns>Null when the property's type has no column.</returns>
    public static RecordProperty<TRecord>? Create<TRecord>(PropertyInfo property)
        where TRecord : class
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return type switch
        {
            _ when type == typeof(string) => new TextProperty<TRecord>(Column(property, StringType.Default), property),
            _ when type == typeof(Guid) => new GuidProperty<TRecord>(Column(property, new FixedSizeBinaryType(16)), property),
            _ when type == typeof(bool) => Fixed<TRecord, bool, bool>(property, BooleanType.Default, v => v, (a, i) => ((BooleanArray)a).GetValue(i)!.Value),
            _ when type == typeof(sbyte) => Same<TRecord, sbyte>(property, Int8Type.Default),
            _ when type == typeof(short) => Same<TRecord, short>(property, Int16Type.Default),
            _ when type == typeof(int) => Same<TRecord, int>(property, Int32Type.Default),
            _ when type == typeof(long) => Same<TRecord, long>(property, Int64Type.Default),
            _ when type == typeof(byte) => Same<TRecord, byte>(property, UInt8Type.Default),
            _ when type == typeof(ushort) => Same<TRecord, ushort>(property, UInt16Type.Default),
            _ when type == typeof(uint) => Same<TRecord, uint>(property, UInt32Type.Default),
            _ when type == typeof(ulong) => Same<TRecord, ulong>(property, UInt64Type.Default),
            _ when type == typeof(float) => Same<TRecord, float>(property, FloatType.Default),
            _ when type == typeof(double) => Same<TRecord, double>(property, DoubleType.Default),
            _ when type == typeof(decimal) => Fixed<TRecord, decimal, Int128>(property, new Decimal128Type(38, DecimalScale), Store, (a, i) => ((Decimal128Array)a).GetValue(i)!.Value),
            _ when type == typeof(DateOnly) => Fixed<TRecord, DateOnly, int>(property, Date32Type.Default, v => v.DayNumber - UnixEpochDay, (a, i) => DateOnly.FromDayNumber(UnixEpochDay + ((Date32Array)a).Values[i])),
            _ when type == typeof(DateTimeOffset) => Fixed<TRecord, DateTimeOffset, long>(property, Timestamp, v => Microseconds(v.UtcDateTime), (a, i) => new DateTimeOffset(Moment(a, i))),
            _ when type == typeof(DateTime) => Fixed<TRecord, DateTime, long>(property, Timestamp, Store, Moment),
            _ => null,
        };
    }

    /// <summary>Gets the column's name: that of <see cref="ColumnAttribute"/>, or the property's.</summary>
    public static string ColumnName(PropertyInfo property) => property.GetCustomAttribute<ColumnAttribute>()?.Name ?? property.Name;

    private static TimestampType Timestamp => new(TimeUnit.Microsecond, "UTC");

    private static FixedProperty<TRecord, TValue, TValue> Same<TRecord, TValue>(PropertyInfo property, IArrowType type)
        where TRecord : class
        where TValue : unmanaged, IEquatable<TValue> =>
        Fixed<TRecord, TValue, TValue>(property, type, v => v, (a, i) => ((PrimitiveArray<TValue>)a).Values[i]);

    private static FixedProperty<TRecord, TValue, TStored> Fixed<TRecord, TValue, TStored>(
        PropertyInfo property, IArrowType type, Func<TValue, TStored> store, Func<IArrowArray, int, TValue> read)
        where TRecord : class
        where TValue : struct
        where TStored : unmanaged => new(Column(property, type), property, store, read);

    private static Field Column(PropertyInfo property, IArrowType type) =>
        new(ColumnName(property), type, !property.PropertyType.IsValueType || Nullable.GetUnderlyingType(property.PropertyType) is not null);

    private static DateTime Moment(IArrowArray array, int row) => DateTime.UnixEpoch.AddTicks(checked(((TimestampArray)array).Values[row] * TimeSpan.TicksPerMicrosecond));

    private static long Store(DateTime value) => value.Kind == DateTimeKind.Utc
        ? Microseconds(value)
        : throw new ArgumentException($"A DateTime must be UTC, got {value:O} ({value.Kind}). Use DateTimeOffset, or DateTime.SpecifyKind.");

    private static long Microseconds(DateTime utc)
    {
        var ticks = utc.Ticks - DateTime.UnixEpoch.Ticks;
        return (ticks / TimeSpan.TicksPerMicrosecond) - (ticks % TimeSpan.TicksPerMicrosecond < 0 ? 1 : 0);
    }

    private static Int128 Store(decimal value)
    {
        // The unscaled number has 96 bits and at most 28 digits after the point.
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        var unscaled = ((Int128)(uint)parts[2] << 64) | ((Int128)(uint)parts[1] << 32) | (uint)parts[0];
        var scale = (parts[3] >> 16) & 0xFF;
        for (; scale > DecimalScale; scale--)
        {
            if (unscaled % 10 != 0)
            {
                throw new ArgumentException($"A decimal has at most {DecimalScale} digits after the point in a column, got {value}. Round it first.");
            }

            unscaled /= 10;
        }

        for (; scale < DecimalScale; scale++)
        {
            unscaled *= 10;
        }

        var limit = (Int128)UInt128.Parse("99999999999999999999999999999999999999", System.Globalization.CultureInfo.InvariantCulture);
        return unscaled <= limit ? value < 0 ? -unscaled : unscaled : throw new ArgumentException($"A decimal has at most {38 - DecimalScale} digits before the point in a column, got {value}.");
    }
}
