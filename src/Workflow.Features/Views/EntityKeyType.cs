namespace Workflow.Features.Views;

/// <summary>The type of an entity's key column. A column of another type is refused, never converted: "1001" is not 1001.</summary>
#pragma warning disable CA1720 // The values are Arrow types and are named as Arrow names them.
public enum EntityKeyType
{
    /// <summary>UTF-8 text, compared byte by byte; plain or dictionary-encoded.</summary>
    String = 0,

    /// <summary>64-bit integer. A column of 32-bit integers is taken too: every one of them is one.</summary>
    Int64 = 1,

    /// <summary>32-bit integer.</summary>
    Int32 = 2,

    /// <summary>16 bytes in RFC 9562's order: <c>fixed_size_binary[16]</c>.</summary>
    Guid = 3,

    /// <summary>Any bytes: <c>binary</c>.</summary>
    Bytes = 4,
}
#pragma warning restore CA1720
