using System.Buffers.Binary;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Bytes that grow, kept for reuse. Not thread-safe.</summary>
internal sealed class ByteSink
{
    private byte[] _bytes = new byte[256];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    public void Clear() => Length = 0;

    public void Write(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Append(bytes.Length));

    public void WriteByte(byte value) => Append(1)[0] = value;

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Append(sizeof(int)), value);

    public void WriteVarint(ulong value)
    {
        for (; value >= 128; value >>= 7)
        {
            WriteByte((byte)(value | 128));
        }

        WriteByte((byte)value);
    }

    /// <summary>Makes room, counts it as written and returns it; it is not cleared.</summary>
    public Span<byte> Append(int count)
    {
        var needed = checked(Length + count);
        if (needed > _bytes.Length)
        {
            System.Array.Resize(ref _bytes, (int)Math.Min(System.Array.MaxLength, Math.Max(needed, 2L * _bytes.Length)));
        }

        var span = _bytes.AsSpan(Length, count);
        Length = needed;
        return span;
    }

    /// <summary>Overwrites a byte written before.</summary>
    public void Set(int index, byte value) => _bytes.AsSpan(0, Length)[index] = value;
}
