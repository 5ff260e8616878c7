namespace Workflow.Features.Views;

/// <summary>The type of an entity's key column. A column of another type is refused, never converted: "1001" is not 1001.</summary>
#pragma warning disable CA1720 // The values are Arrow types and are named as Arrow names them.
public enum EntityKeyType
{
    /// <summary>UTF-8 text, compared byte by byte; plain or dictionary-encoded.</summary>
    String = 0,

    /// <summary>64-bit integer.</summary>
    Int64 = 1,

    /// <summary>32-bit integer.</summary>
    Int32 = 2,
}
#pragma warning restore CA1720
