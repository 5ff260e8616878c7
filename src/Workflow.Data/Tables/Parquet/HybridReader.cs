using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Decodes Parquet's hybrid of run lengths and bit-packed groups: levels, dictionary indices and booleans.</summary>
internal struct HybridReader
{
    private byte[] _data;
    private int _position;
    private int _end;
    private int _width;
    private int _left;
    private bool _isPacked;
    private int _value;
    private long _bit;

    /// <param name="data">Readable for <see cref="ChunkReader.Padding"/> bytes after <paramref name="end"/>.</param>
    /// <param name="start">Where the runs start.</param>
    /// <param name="end">Where they end.</param>
    /// <param name="width">Bits per value, from 0 to 32.</param>
    public static HybridReader Start(byte[] data, int start, int end, int width) =>
        width is >= 0 and <= 32
            ? new HybridReader { _data = data, _position = start, _end = end, _width = width }
            : throw new MalformedException("from 0 to 32 bits a value", $"{width}");

    /// <summary>Decodes the next values.</summary>
    public void Read(Span<int> destination)
    {
        while (!destination.IsEmpty)
        {
            var count = Take(destination.Length);
            if (_isPacked)
            {
                Unpack(_data, _bit, _width, destination[..count]);
                _bit += (long)count * _width;
            }
            else
            {
                destination[..count].Fill(_value);
            }

            destination = destination[count..];
        }
    }

    /// <summary>Decodes the next values of one bit each.</summary>
    /// <param name="bitmap">Least significant bit first; the bits written must be 0 before.</param>
    /// <param name="start">The first bit to write.</param>
    /// <param name="count">How many.</param>
    /// <returns>How many of them are 1.</returns>
    public int ReadBits(Span<byte> bitmap, int start, int count)
    {
        var ones = 0;
        while (count > 0)
        {
            var length = Take(count);
            if (_isPacked)
            {
                ones += Bits.Copy(_data, _bit, bitmap, start, length);
                _bit += length;
            }
            else if (_value == 1)
            {
                Bits.Set(bitmap, start, length);
                ones += length;
            }
            else if (_value != 0)
            {
                throw new MalformedException("a level of 0 or 1", $"{_value}");
            }

            start += length;
            count -= length;
        }

        return ones;
    }

    /// <summary>Unpacks values from a stream of bits, least significant first.</summary>
    internal static void Unpack(byte[] data, long bit, int width, Span<int> destination)
    {
        if (width == 0)
        {
            destination.Clear();
            return;
        }

        var start = (int)(bit >> 3);
        if ((bit & 7) == 0 && width <= 25 && Avx2.IsSupported)
        {
            var done = UnpackEights(data.AsSpan(start, Math.Min(data.Length - start, (((destination.Length * width) + 7) >> 3) + ChunkReader.Padding)), width, destination);
            destination = destination[done..];
            bit += (long)done * width;
        }

        var mask = (1UL << width) - 1;
        for (var i = 0; i < destination.Length; i++)
        {
            var word = Unsafe.ReadUnaligned<ulong>(ref data[bit >> 3]);
            destination[i] = (int)((word >> (int)(bit & 7)) & mask);
            bit += width;
        }
    }

    // Eight values a step: each 32-bit lane loads the four bytes that its value starts in, shifts and masks.
    private static unsafe int UnpackEights(ReadOnlySpan<byte> data, int width, Span<int> destination)
    {
        var bits = Vector256<int>.Indices * width;
        var offsets = Vector256.ShiftRightLogical(bits, 3);
        var shifts = (bits & Vector256.Create(7)).AsUInt32();
        var mask = Vector256.Create((1 << width) - 1);
        var i = 0;
        fixed (byte* source = data)
        {
            var from = source;
            ref var to = ref MemoryMarshal.GetReference(destination);
            for (; i + 8 <= destination.Length && from + width + 4 <= source + data.Length; i += 8)
            {
                var words = Avx2.GatherVector256((int*)from, offsets, 1);
                (Avx2.ShiftRightLogicalVariable(words, shifts) & mask).StoreUnsafe(ref to, (nuint)i);
                from += width;
            }
        }

        return i;
    }

    /// <summary>Takes up to this many values from the current run, or starts the next.</summary>
    private int Take(int wanted)
    {
        while (_left == 0)
        {
            NextRun();
        }

        var count = Math.Min(wanted, _left);
        _left -= count;
        return count;
    }

    private void NextRun()
    {
        var header = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            if (_position >= _end || shift > 28)
            {
                throw new MalformedException("another run of values", "the end of the page");
            }

            var next = _data[_position++];
            header |= (ulong)(next & 127) << shift;
            if (next < 128)
            {
                break;
            }
        }

        _isPacked = (header & 1) != 0;
        if (_isPacked)
        {
            // Some writers cut the padding off the last group: what is there counts.
            var bytes = (long)Math.Min((header >> 1) * (ulong)_width, (ulong)(_end - _position));
            _left = (int)Math.Min(int.MaxValue, _width == 0 ? (long)(header >> 1) * 8 : Math.Min((long)(header >> 1) * 8, bytes * 8 / _width));
            _bit = (long)_position * 8;
            _position += (int)bytes;
            if (_left == 0 && header >> 1 != 0)
            {
                throw new MalformedException("a run of packed values", "the end of the page");
            }
        }
        else
        {
            _left = (int)Math.Min(int.MaxValue, header >> 1);
            var size = (_width + 7) >> 3;
            if (size > _end - _position)
            {
                throw new MalformedException("the value of a run", "the end of the page");
            }

            var value = 0u;
            for (var i = 0; i < size; i++)
            {
                value |= (uint)_data[_position + i] << (8 * i);
            }

            _value = (int)value;
            _position += size;
        }
    }
}
