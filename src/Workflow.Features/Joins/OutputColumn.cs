using Apache.Arrow;

namespace Workflow.Features.Joins;

/// <summary>One finished column of a join's result.</summary>
internal abstract class OutputColumn : IDisposable
{
    /// <summary>Gets its name, type and metadata.</summary>
    public abstract Field Field { get; }

    /// <summary>Gives some rows as an Arrow array that shares the column's memory.</summary>
    public abstract IArrowArray Share(int start, int length);

    /// <summary>Gives up this column's part of the memory; arrays shared before keep theirs.</summary>
    public abstract void Dispose();
}
