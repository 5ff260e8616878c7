using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Workflow.Data.Tables;

/// <summary>The running digest of one column. Not thread-safe.</summary>
internal sealed class ColumnDigest(Field column) : IDisposable
{
    private const int ChunkRows = 4096;
    private readonly IncrementalHash _nulls = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _values = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _lengths = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _bytes = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<long> _nullRows = new(ChunkRows);
    private readonly List<int> _pendingLengths = new(ChunkRows);
    private byte[] _scratch = [];

    public Field Field => column;

    /// <summary>Gets the type of what a column says: that of a dictionary's values.</summary>
    public static IArrowType LogicalType(IArrowType type) => type is DictionaryType d ? d.ValueType : type;

    /// <exception cref="SchemaMismatchException">Columns are nested; all are listed.</exception>
    public static void Require(IReadOnlyList<Field> fields, string component)
    {
        var bad = fields.Where(f => !(LogicalType(f.DataType) is BinaryType or StringType || f.DataType is FixedWidthType and not DictionaryType))
            .Select(f => new SchemaDifference(f.Name, "a flat column of fixed width, text or bytes", TableSchema.Describe(f)))
            .ToImmutableArray();
        if (!bad.IsEmpty)
        {
            throw new SchemaMismatchException($"the digest of {component}", bad);
        }
    }

    public void Append(IArrowArray array, long firstRow)
    {
        switch (array)
        {
            case BinaryArray binary:
                AppendBytes(binary, firstRow);
                break;
            case DictionaryArray dictionary:
                AppendDictionary(dictionary, firstRow);
                break;
            case BooleanArray booleans:
                AppendBooleans(booleans, firstRow);
                break;
            default:
                AppendFixed(array, firstRow);
                break;
        }

        Flush();
        GC.KeepAlive(array);
    }

    public void AppendTo(IncrementalHash hash)
    {
        foreach (var part in (ReadOnlySpan<IncrementalHash>)[_nulls, _values, _lengths, _bytes])
        {
            hash.AppendData(part.GetHashAndReset());
        }
    }

    public void Dispose()
    {
        _nulls.Dispose();
        _values.Dispose();
        _lengths.Dispose();
        _bytes.Dispose();
    }

    private void AppendBytes(BinaryArray array, long firstRow)
    {
        if (array.NullCount == 0 && array.Length > 0)
        {
            // The common case in two runs: all lengths, all bytes.
            var offsets = array.ValueOffsets[..(array.Length + 1)];
            for (var i = 0; i < array.Length; i++)
            {
                AddLength(offsets[i + 1] - offsets[i]);
            }

            _bytes.AppendData(array.ValueBuffer.Span[offsets[0]..offsets[^1]]);
            return;
        }

        for (var i = 0; i < array.Length; i++)
        {
            if (array.IsNull(i))
            {
                AddNull(firstRow + i);
            }
            else
            {
                AddBytes(array.GetBytes(i));
            }
        }
    }

    private void AppendDictionary(DictionaryArray array, long firstRow)
    {
        var values = (BinaryArray)array.Dictionary;
        for (var i = 0; i < array.Length; i++)
        {
            var index = array.IsNull(i) ? -1 : DictionaryIndex.Get(array, i);
            if (index < 0 || values.IsNull(index))
            {
                AddNull(firstRow + i);
            }
            else
            {
                AddBytes(values.GetBytes(index));
            }
        }
    }

    private void AppendBooleans(BooleanArray array, long firstRow)
    {
        var bytes = Scratch(array.Length);
        var count = 0;
        for (var i = 0; i < array.Length; i++)
        {
            if (array.GetValue(i) is { } value)
            {
                bytes[count++] = value ? (byte)1 : (byte)0;
            }
            else
            {
                AddNull(firstRow + i);
            }
        }

        _values.AppendData(bytes[..count]);
    }

    private void AppendFixed(IArrowArray array, long firstRow)
    {
        var width = ((FixedWidthType)array.Data.DataType).BitWidth / 8;
        var values = array.Data.Buffers[1].Span.Slice(array.Data.Offset * width, array.Length * width);
        var isFloat = array.Data.DataType is FloatType or DoubleType or HalfFloatType;
        if (array.NullCount == 0 && !isFloat)
        {
            _values.AppendData(values);
            return;
        }

        var dense = Scratch(values.Length);
        var count = 0;
        for (var i = 0; i < array.Length; i++)
        {
            if (array.IsNull(i))
            {
                AddNull(firstRow + i);
            }
            else
            {
                values.Slice(i * width, width).CopyTo(dense[(count++ * width)..]);
            }
        }

        dense = dense[..(count * width)];
        Canonicalize(dense, array.Data.DataType);
        _values.AppendData(dense);
    }

    private static void Canonicalize(Span<byte> values, IArrowType type)
    {
        switch (type)
        {
            case DoubleType:
                foreach (ref var value in MemoryMarshal.Cast<byte, double>(values))
                {
                    value = double.IsNaN(value) ? double.NaN : value;
                }

                break;
            case FloatType:
                foreach (ref var value in MemoryMarshal.Cast<byte, float>(values))
                {
                    value = float.IsNaN(value) ? float.NaN : value;
                }

                break;
            case HalfFloatType:
                foreach (ref var value in MemoryMarshal.Cast<byte, Half>(values))
                {
                    value = Half.IsNaN(value) ? Half.NaN : value;
                }

                break;
            default:
                break;
        }
    }

    private void AddBytes(ReadOnlySpan<byte> value)
    {
        AddLength(value.Length);
        _bytes.AppendData(value);
    }

    private void AddLength(int length)
    {
        _pendingLengths.Add(length);
        if (_pendingLengths.Count == ChunkRows)
        {
            Flush();
        }
    }

    private void AddNull(long row)
    {
        _nullRows.Add(row);
        if (_nullRows.Count == ChunkRows)
        {
            Flush();
        }
    }

    private void Flush()
    {
        _lengths.AppendData(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_pendingLengths)));
        _nulls.AppendData(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_nullRows)));
        _pendingLengths.Clear();
        _nullRows.Clear();
    }

    private Span<byte> Scratch(int bytes)
    {
        if (_scratch.Length < bytes)
        {
            _scratch = new byte[bytes];
        }

        return _scratch.AsSpan(0, bytes);
    }
}
