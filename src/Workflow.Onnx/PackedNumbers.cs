namespace Workflow.Onnx;

/// <summary>The numbers of one typed data field as they lie on the wire: linked to the model's bytes where they are one packed block.</summary>
internal struct PackedNumbers
{
    private byte[]? _own;
    private int _ownLength;
    private ReadOnlyMemory<byte> _linked;
    private bool _unpacked;

    public static PackedNumbers Of(ReadOnlyMemory<byte> bytes) => new() { _linked = bytes };

    public readonly ReadOnlyMemory<byte> Bytes => _own is null ? _linked : _own.AsMemory(0, _ownLength);

    public void Read(ref WireReader reader, WireKind kind)
    {
        _unpacked |= reader.Kind == kind;
        var more = reader.Packed(kind);
        if (Bytes.IsEmpty)
        {
            _linked = more;
            return;
        }

        var length = Bytes.Length;
        if (_own is null || _own.Length < length + more.Length)
        {
            var grown = new byte[Math.Max(length + more.Length, (int)Math.Min(2L * length, Array.MaxLength))];
            Bytes.CopyTo(grown);
            _own = grown;
        }

        more.CopyTo(_own.AsMemory(length));
        _ownLength = length + more.Length;
    }

    public readonly void Write(WireWriter writer, int field, WireKind kind)
    {
        var bytes = Bytes;
        if (!_unpacked)
        {
            if (!bytes.IsEmpty)
            {
                writer.Bytes(field, bytes);
            }

            return;
        }

        for (var end = bytes.Length; end > 0;)
        {
            var start = kind switch { WireKind.Fixed32 => end - 4, WireKind.Fixed64 => end - 8, _ => StartOfVarint(bytes.Span, end) };
            writer.Raw(bytes[start..end]);
            writer.Tag(field, kind);
            end = start;
        }
    }

    private static int StartOfVarint(ReadOnlySpan<byte> bytes, int end)
    {
        var start = end - 1;
        while (start > 0 && bytes[start - 1] >= 0x80)
        {
            start--;
        }

        return start;
    }
}
