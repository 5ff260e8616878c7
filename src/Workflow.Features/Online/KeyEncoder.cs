using System.Buffers.Binary;
using System.Collections.Immutable;
using Apache.Arrow;
using Apache.Arrow.Arrays;
using Workflow.Features.Joins;
using Workflow.Features.Views;

namespace Workflow.Features.Online;

/// <summary>Writes the key of a row, of one or several columns, as bytes that are equal exactly where the keys are. Not thread-safe.</summary>
/// <param name="keys">The key columns' types.</param>
/// <param name="columns">Their names in the batches.</param>
internal sealed class KeyEncoder(ImmutableArray<EntityKey> keys, string[] columns)
{
    private readonly IArrowArray[] _arrays = new IArrowArray[columns.Length];
    private byte[] _buffer = new byte[32];
    private int _length;

    /// <summary>Gets the bytes of the last key.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Moves to a batch, which must live while its rows are encoded.</summary>
    public void Next(RecordBatch batch)
    {
        for (var c = 0; c < columns.Length; c++)
        {
            _arrays[c] = batch.Column(columns[c]);
        }
    }

    /// <summary>Encodes a row's key; false where a column of it is null.</summary>
    public bool TryEncode(int row)
    {
        _length = 0;
        for (var c = 0; c < _arrays.Length; c++)
        {
            if (!TryAdd(_arrays[c], row))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Encodes a key at hand.</summary>
    /// <param name="parts">One a column: a long, or bytes.</param>
    public bool TryEncode(ReadOnlySpan<KeyPart> parts)
    {
        _length = 0;
        for (var c = 0; c < keys.Length; c++)
        {
            if (parts[c].IsNull)
            {
                return false;
            }

            if (parts[c].Bytes is { } bytes)
            {
                Add(bytes.AsSpan(0, parts[c].Length));
            }
            else
            {
                Add(parts[c].Integer);
            }
        }

        return true;
    }

    private bool TryAdd(IArrowArray array, int row)
    {
        if (array.IsNull(row))
        {
            return false;
        }

        switch (array)
        {
            case Int64Array wide:
                Add(wide.Values[row]);
                return true;
            case Int32Array narrow:
                Add(narrow.Values[row]);
                return true;
            case FixedSizeBinaryArray fixedSize:
                Add(fixedSize.GetBytes(row));
                return true;
            case DictionaryArray encoded:
                return TryAdd(encoded.Dictionary, TextKeyColumn.Index(encoded.Indices, row));
            default:
                Add(((BinaryArray)array).GetBytes(row));
                return true;
        }
    }

    private void Add(long value)
    {
        Reserve(sizeof(long));
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(_length), value);
        _length += sizeof(long);
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        // The length before the bytes keeps ("a", "bc") and ("ab", "c") apart.
        Reserve(sizeof(int) + bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_length), bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length + sizeof(int)));
        _length += sizeof(int) + bytes.Length;
    }

    private void Reserve(int bytes)
    {
        if (_length + bytes > _buffer.Length)
        {
            System.Array.Resize(ref _buffer, Math.Max(_length + bytes, 2 * _buffer.Length));
        }
    }
}
