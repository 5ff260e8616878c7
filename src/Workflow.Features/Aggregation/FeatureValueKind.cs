namespace Workflow.Features.Aggregation;

/// <summary>The type of a feature's values. Any feature may also be null.</summary>
#pragma warning disable CA1720 // The values are Arrow types and are named as Arrow names them.
public enum FeatureValueKind
{
    /// <summary>Arrow <c>double</c>.</summary>
    Float64 = 0,

    /// <summary>Arrow <c>int64</c>.</summary>
    Int64 = 1,

    /// <summary>Arrow <c>list&lt;double&gt;</c>; its items are never null.</summary>
    Float64List = 2,

    /// <summary>Arrow <c>list&lt;int64&gt;</c>; its items are never null.</summary>
    Int64List = 3,
}
#pragma warning restore CA1720
