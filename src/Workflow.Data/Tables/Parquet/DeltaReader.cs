namespace Workflow.Data.Tables.Parquet;

/// <summary>Decodes DELTA_BINARY_PACKED integers. Not thread-safe.</summary>
/// <remarks>Arithmetic wraps, as the format demands: a delta of 64-bit values may not fit into 64 bits.</remarks>
internal sealed class DeltaReader
{
    private const int MaximumBlock = 1 << 20;
    private readonly int[] _narrow = new int[32];
    private byte[] _data = [];
    private byte[] _widths = [];
    private int _position;
    private int _end;
    private int _valuesPerMiniblock;
    private int _miniblock;
    private int _inMiniblock;
    private long _bit;
    private long _minimum;
    private long _previous;
    private bool _hasFirst;

    /// <summary>Gets how many values the page has left.</summary>
    public int Left { get; private set; }

    /// <param name="data">Readable for <see cref="ChunkReader.Padding"/> bytes after <paramref name="end"/>.</param>
    /// <param name="start">Where the header starts.</param>
    /// <param name="end">Where the page ends.</param>
    public void Start(byte[] data, int start, int end)
    {
        (_data, _position, _end) = (data, start, end);
        var block = ReadVarint();
        var miniblocks = ReadVarint();
        var count = ReadVarint();
        _previous = ReadSigned();
        if (block is 0 or > MaximumBlock || miniblocks == 0 || miniblocks > block || block % miniblocks != 0 || block / miniblocks % 32 != 0 || count > int.MaxValue)
        {
            throw new MalformedException("delta blocks of whole miniblocks of a multiple of 32 values", $"blocks of {block} in {miniblocks}, {count} values");
        }

        _widths = _widths.Length == (int)miniblocks ? _widths : new byte[miniblocks];
        _valuesPerMiniblock = (int)(block / miniblocks);
        Left = (int)count;
        (_hasFirst, _miniblock, _inMiniblock) = (count > 0, (int)miniblocks, 0);
    }

    /// <summary>Walks over all values without decoding them; start again to read them.</summary>
    /// <returns>Where the bytes after the encoded integers start.</returns>
    public int SkipToEnd()
    {
        // The miniblocks that the last block announces but does not need are not stored.
        for (var left = Left - 1L; left > 0; left -= _valuesPerMiniblock)
        {
            NextMiniblock();
        }

        return _position;
    }

    public void Read(Span<int> destination)
    {
        Span<long> wide = stackalloc long[256];
        while (!destination.IsEmpty)
        {
            var part = wide[..Math.Min(wide.Length, destination.Length)];
            Read(part);
            for (var i = 0; i < part.Length; i++)
            {
                destination[i] = unchecked((int)part[i]);
            }

            destination = destination[part.Length..];
        }
    }

    public void Read(Span<long> destination)
    {
        if (destination.Length > Left)
        {
            throw new MalformedException($"{destination.Length} more delta-encoded values", $"{Left}");
        }

        Left -= destination.Length;
        if (_hasFirst && !destination.IsEmpty)
        {
            destination[0] = _previous;
            destination = destination[1..];
            _hasFirst = false;
        }

        while (!destination.IsEmpty)
        {
            if (_inMiniblock == 0)
            {
                NextMiniblock();
            }

            var count = Math.Min(destination.Length, _inMiniblock);
            AddDeltas(destination[..count], _widths[_miniblock - 1]);
            _inMiniblock -= count;
            destination = destination[count..];
        }
    }

    private void AddDeltas(Span<long> destination, int width)
    {
        var previous = _previous;
        if (width <= 32)
        {
            for (var done = 0; done < destination.Length;)
            {
                var narrow = _narrow.AsSpan(0, Math.Min(_narrow.Length, destination.Length - done));
                HybridReader.Unpack(_data, _bit, width, narrow);
                _bit += (long)width * narrow.Length;
                foreach (var delta in narrow)
                {
                    previous = unchecked(previous + _minimum + (uint)delta);
                    destination[done++] = previous;
                }
            }
        }
        else
        {
            for (var i = 0; i < destination.Length; i++)
            {
                previous = unchecked(previous + _minimum + (long)Load(width));
                destination[i] = previous;
                _bit += width;
            }
        }

        _previous = previous;
    }

    // Up to 64 bits from any bit: a word, and the byte after it where the shift leaves too few.
    private ulong Load(int width)
    {
        var index = (int)(_bit >> 3);
        var shift = (int)(_bit & 7);
        var value = BitConverter.ToUInt64(_data, index) >> shift;
        if (shift + width > 64)
        {
            value |= (ulong)_data[index + 8] << (64 - shift);
        }

        return width == 64 ? value : value & ((1UL << width) - 1);
    }

    private void NextMiniblock()
    {
        if (_miniblock == _widths.Length)
        {
            _minimum = ReadSigned();
            if (_widths.Length > _end - _position)
            {
                throw new MalformedException("the bit widths of a delta block", "the end of the page");
            }

            _data.AsSpan(_position, _widths.Length).CopyTo(_widths);
            _position += _widths.Length;
            _miniblock = 0;
        }

        var width = _widths[_miniblock++];
        var bytes = (long)width * _valuesPerMiniblock / 8;
        if (width > 64 || bytes > _end - _position)
        {
            throw new MalformedException("a delta miniblock within its page", $"{bytes} bytes of {width}-bit deltas");
        }

        _bit = (long)_position * 8;
        _position += (int)bytes;
        _inMiniblock = _valuesPerMiniblock;
    }

    private long ReadSigned()
    {
        var raw = ReadVarint();
        return (long)(raw >> 1) ^ -(long)(raw & 1);
    }

    private ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_position >= _end)
            {
                break;
            }

            var next = _data[_position++];
            value |= (ulong)(next & 127) << shift;
            if (next < 128)
            {
                return value;
            }
        }

        throw new MalformedException("an integer of a delta header", "the end of the page");
    }
}
