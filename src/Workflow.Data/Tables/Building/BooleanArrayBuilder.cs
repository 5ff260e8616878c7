using Apache.Arrow;
using Apache.Arrow.Memory;

namespace Workflow.Data.Tables.Building;

/// <summary>Builds an array of booleans.</summary>
internal sealed class BooleanArrayBuilder(Field column) : ArrayBuilder(column)
{
    private readonly ArrowBuffer.Builder<byte> _bits = new(64);

    public void Append(bool value)
    {
        AppendBit(_bits, Rows, value);
        Mark();
    }

    protected override void AppendDefault() => AppendBit(_bits, Rows, bit: false);

    protected override void AddBuffers(List<ArrowBuffer> buffers, MemoryAllocator? allocator) => buffers.Add(_bits.Build(allocator));

    protected override void ClearValues() => _bits.Resize(0);
}
