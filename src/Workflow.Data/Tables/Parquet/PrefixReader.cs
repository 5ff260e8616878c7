namespace Workflow.Data.Tables.Parquet;

/// <summary>Decodes DELTA_BYTE_ARRAY: each value starts with some bytes of the one before. Not thread-safe.</summary>
internal sealed class PrefixReader
{
    private readonly DeltaReader _prefixLengths = new();
    private readonly DeltaReader _suffixLengths = new();
    private readonly int[] _prefixes = new int[256];
    private readonly int[] _suffixes = new int[256];
    private byte[] _data = [];
    private byte[] _value = new byte[64];
    private int _length;
    private int _position;
    private int _end;
    private int _next;
    private int _buffered;

    public void Start(byte[] data, int start, int end)
    {
        (_data, _end, _length, _next, _buffered) = (data, end, 0, 0, 0);
        _prefixLengths.Start(data, start, end);
        var suffixes = _prefixLengths.SkipToEnd();
        _prefixLengths.Start(data, start, end);
        _suffixLengths.Start(data, suffixes, end);
        _position = _suffixLengths.SkipToEnd();
        _suffixLengths.Start(data, suffixes, end);
    }

    /// <summary>Decodes the next value.</summary>
    /// <returns>Valid until the next call.</returns>
    public ReadOnlySpan<byte> Next()
    {
        if (_next == _buffered)
        {
            _buffered = Math.Min(_prefixes.Length, Math.Max(1, Math.Min(_prefixLengths.Left, _suffixLengths.Left)));
            _prefixLengths.Read(_prefixes.AsSpan(0, _buffered));
            _suffixLengths.Read(_suffixes.AsSpan(0, _buffered));
            _next = 0;
        }

        var prefix = _prefixes[_next];
        var suffix = _suffixes[_next++];
        if (prefix < 0 || prefix > _length || suffix < 0 || suffix > _end - _position)
        {
            throw new MalformedException($"a prefix of at most {_length} bytes and a suffix of at most {_end - _position}", $"{prefix} and {suffix}");
        }

        var length = prefix + suffix;
        if (_value.Length < length)
        {
            System.Array.Resize(ref _value, Math.Max(length, 2 * _value.Length));
        }

        _data.AsSpan(_position, suffix).CopyTo(_value.AsSpan(prefix));
        _position += suffix;
        _length = length;
        return _value.AsSpan(0, length);
    }
}
