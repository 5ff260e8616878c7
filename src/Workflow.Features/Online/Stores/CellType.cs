using Apache.Arrow.Types;

namespace Workflow.Features.Online.Stores;

/// <summary>How many bytes a value of an Arrow type has in a stored row.</summary>
internal static class CellType
{
    /// <summary>Values of this width differ in length.</summary>
    public const int Variable = -1;

    /// <summary>Gives the bytes of a value; <see cref="Variable"/> for text, bytes and lists.</summary>
    public static int Width(IArrowType type) => type switch
    {
        BooleanType => 1,
        FixedWidthType f => f.BitWidth / 8,
        _ => Variable,
    };
}
