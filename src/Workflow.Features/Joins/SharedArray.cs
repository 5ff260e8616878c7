using Apache.Arrow;

namespace Workflow.Features.Joins;

/// <summary>Counted references to arrays that somebody else owns, too.</summary>
internal static class SharedArray
{
    /// <summary>Gives another reference, which is disposed by itself.</summary>
    public static IArrowArray Of(IArrowArray array) => ArrowArrayFactory.BuildArray(array.Data.SliceShared(0, array.Length));
}
