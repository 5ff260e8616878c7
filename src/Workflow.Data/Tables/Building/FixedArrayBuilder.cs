using Apache.Arrow;
using Apache.Arrow.Memory;

namespace Workflow.Data.Tables.Building;

/// <summary>Builds an array of values of fixed width, as Arrow stores them.</summary>
internal sealed class FixedArrayBuilder<T>(Field column) : ArrayBuilder(column)
    where T : unmanaged
{
    private readonly ArrowBuffer.Builder<T> _values = new(64);

    public void Append(T value)
    {
        _values.Append(value);
        Mark();
    }

    protected override void AppendDefault() => _values.Append(default(T));

    protected override void AddBuffers(List<ArrowBuffer> buffers, MemoryAllocator? allocator) => buffers.Add(_values.Build(allocator));

    protected override void ClearValues() => _values.Resize(0);
}
