using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using Apache.Arrow;
using Apache.Arrow.Arrays;
using Workflow.Features.Views;

namespace Workflow.Features.Online.Stores;

/// <summary>Writes the key of a row as bytes: equal keys of one entity give equal bytes, others do not. Not thread-safe.</summary>
internal sealed class KeyWriter
{
    private readonly ImmutableArray<EntityKey> _keys;
    private readonly IArrowArray[] _columns;
    private readonly ArrayBufferWriter<byte> _bytes = new(64);

    /// <summary>Reads keys of a batch.</summary>
    /// <param name="entity">The entity.</param>
    /// <param name="batch">Has its key columns.</param>
    /// <param name="view">Says how the batch names the columns, if it is of a view's source; null for the entity's own names.</param>
    public KeyWriter(Entity entity, RecordBatch batch, FeatureView? view = null)
    {
        _keys = entity.Keys;
        _columns = [.. entity.Keys.Select(k => batch.Column(view?.KeyColumn(k) ?? k.Name))];
    }

    /// <summary>Gives a row's key, which stays until the next call; false where a part of it is null.</summary>
    public bool TryWrite(int row, out ReadOnlySpan<byte> key)
    {
        _bytes.ResetWrittenCount();
        for (var i = 0; i < _columns.Length; i++)
        {
            if (_columns[i].IsNull(row) || !TryWrite(_columns[i], row, _keys[i].Type))
            {
                key = default;
                return false;
            }
        }

        key = _bytes.WrittenSpan;
        return true;
    }

    private bool TryWrite(IArrowArray column, int row, EntityKeyType type)
    {
        switch (column)
        {
            case Int64Array a:
                BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(8), a.Values[row]);
                _bytes.Advance(8);
                return true;
            case Int32Array a when type == EntityKeyType.Int64:
                BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(8), a.Values[row]);
                _bytes.Advance(8);
                return true;
            case Int32Array a:
                BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(4), a.Values[row]);
                _bytes.Advance(4);
                return true;
            case FixedSizeBinaryArray a:
                _bytes.Write(a.GetBytes(row));
                return true;
            case DictionaryArray { Dictionary: StringArray texts } a:
                var entry = Joins.TextKeyColumn.Index(a.Indices, row);
                return texts.IsValid(entry) && WriteText(texts.GetBytes(entry));
            default:
                return WriteText(((BinaryArray)column).GetBytes(row));
        }
    }

    private bool WriteText(ReadOnlySpan<byte> text)
    {
        // One text alone needs no length.
        if (_columns.Length > 1)
        {
            BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(4), text.Length);
            _bytes.Advance(4);
        }

        _bytes.Write(text);
        return true;
    }
}
