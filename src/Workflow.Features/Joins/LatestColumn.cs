using Apache.Arrow;

namespace Workflow.Features.Joins;

/// <summary>A column of the newest rows, picked out of the source. Owns its array.</summary>
internal sealed class LatestColumn(Field description, IArrowArray values) : OutputColumn
{
    public override Field Field => description;

    public override IArrowArray Share(int start, int length) => ArrowArrayFactory.BuildArray(values.Data.SliceShared(start, length));

    public override void Dispose() => values.Data.Dispose();
}
