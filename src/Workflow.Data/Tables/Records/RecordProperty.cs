using System.Reflection;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables.Building;

namespace Workflow.Data.Tables.Records;

/// <summary>Moves one property of records into a column, and a column's values back.</summary>
internal abstract class RecordProperty<TRecord>(Field column, PropertyInfo property)
    where TRecord : class
{
    public Field Column => column;

    public PropertyInfo Property => property;

    public abstract ArrayBuilder CreateBuilder();

    public abstract void Append(ArrayBuilder builder, TRecord record);

    public abstract object? Read(IArrowArray array, int row);

    /// <returns>Whether a column of this type can be read back.</returns>
    public virtual bool Accepts(IArrowType type) => TableSchema.Describe(type) == TableSchema.Describe(column.DataType);
}

/// <summary>A property of a type that Arrow stores in a fixed width.</summary>
internal sealed class FixedProperty<TRecord, TValue, TStored>(
    Field column,
    PropertyInfo property,
    Func<TValue, TStored> store,
    Func<IArrowArray, int, TValue> read) : RecordProperty<TRecord>(column, property)
    where TRecord : class
    where TValue : struct
    where TStored : unmanaged
{
    private readonly Func<TRecord, TValue>? _get = column.IsNullable ? null : property.GetMethod!.CreateDelegate<Func<TRecord, TValue>>();
    private readonly Func<TRecord, TValue?>? _getNullable = column.IsNullable ? property.GetMethod!.CreateDelegate<Func<TRecord, TValue?>>() : null;

    public override ArrayBuilder CreateBuilder() => typeof(TStored) == typeof(bool) ? new BooleanArrayBuilder(Column) : new FixedArrayBuilder<TStored>(Column);

    public override void Append(ArrayBuilder builder, TRecord record)
    {
        var value = _get is null ? _getNullable!(record) : _get(record);
        if (value is null)
        {
            builder.AppendNull();
            return;
        }

        var stored = store(value.Value);
        if (builder is FixedArrayBuilder<TStored> builderOfValues)
        {
            builderOfValues.Append(stored);
        }
        else
        {
            ((BooleanArrayBuilder)builder).Append((bool)(object)stored);
        }
    }

    public override object? Read(IArrowArray array, int row) => array.IsNull(row) ? null : read(array, row);

    public override bool Accepts(IArrowType type) => base.Accepts(type) || (Column.DataType is Decimal128Type && type is Decimal128Type);
}

/// <summary>A property of text.</summary>
internal sealed class TextProperty<TRecord>(Field column, PropertyInfo property) : RecordProperty<TRecord>(column, property)
    where TRecord : class
{
    private readonly Func<TRecord, string?> _get = property.GetMethod!.CreateDelegate<Func<TRecord, string?>>();

    public override ArrayBuilder CreateBuilder() => new BytesArrayBuilder(Column);

    public override void Append(ArrayBuilder builder, TRecord record)
    {
        var text = _get(record);
        if (text is null)
        {
            builder.AppendNull();
        }
        else
        {
            ((BytesArrayBuilder)builder).Append(System.Text.Encoding.UTF8.GetBytes(text));
        }
    }

    public override object? Read(IArrowArray array, int row)
    {
        if (array.IsNull(row))
        {
            return null;
        }

        return array is DictionaryArray dictionary
            ? ((StringArray)dictionary.Dictionary).GetString(DictionaryIndex.Get(dictionary, row))
            : ((StringArray)array).GetString(row);
    }

    public override bool Accepts(IArrowType type) => type is StringType or DictionaryType { ValueType: StringType };
}

/// <summary>A property of a GUID, stored as its 16 bytes in the order in which it is written.</summary>
internal sealed class GuidProperty<TRecord>(Field column, PropertyInfo property) : RecordProperty<TRecord>(column, property)
    where TRecord : class
{
    private readonly Func<TRecord, Guid>? _get = column.IsNullable ? null : property.GetMethod!.CreateDelegate<Func<TRecord, Guid>>();
    private readonly Func<TRecord, Guid?>? _getNullable = column.IsNullable ? property.GetMethod!.CreateDelegate<Func<TRecord, Guid?>>() : null;

    public override ArrayBuilder CreateBuilder() => new FixedArrayBuilder<UInt128>(Column);

    public override void Append(ArrayBuilder builder, TRecord record)
    {
        var value = _get is null ? _getNullable!(record) : _get(record);
        if (value is null)
        {
            builder.AppendNull();
            return;
        }

        Span<byte> bytes = stackalloc byte[16];
        value.Value.TryWriteBytes(bytes, bigEndian: true, out _);
        ((FixedArrayBuilder<UInt128>)builder).Append(System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(bytes));
    }

    public override object? Read(IArrowArray array, int row) => array.IsNull(row) ? null : new Guid(((Apache.Arrow.Arrays.FixedSizeBinaryArray)array).GetBytes(row), bigEndian: true);
}
