using Apache.Arrow;
using Apache.Arrow.Memory;

namespace Workflow.Data.Tables.Building;

/// <summary>Builds an array of texts or bytes.</summary>
internal sealed class BytesArrayBuilder(Field column) : ArrayBuilder(column)
{
    private readonly ArrowBuffer.Builder<int> _offsets = new ArrowBuffer.Builder<int>(64).Append(0);
    private readonly ArrowBuffer.Builder<byte> _bytes = new(256);

    public void Append(ReadOnlySpan<byte> value)
    {
        _bytes.Append(value);
        _offsets.Append(_bytes.Length);
        Mark();
    }

    protected override void AppendDefault() => _offsets.Append(_bytes.Length);

    protected override void AddBuffers(List<ArrowBuffer> buffers, MemoryAllocator? allocator)
    {
        buffers.Add(_offsets.Build(allocator));
        buffers.Add(_bytes.Build(allocator));
    }

    protected override void ClearValues()
    {
        _offsets.Resize(0).Append(0);
        _bytes.Resize(0);
    }
}
