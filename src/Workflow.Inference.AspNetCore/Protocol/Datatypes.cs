using System.Collections.Frozen;
using Workflow.Inference.Scoring;

namespace Workflow.Inference.AspNetCore.Protocol;

/// <summary>The protocol's names of element types.</summary>
internal static class Datatypes
{
    private static readonly FrozenDictionary<string, TensorDataType> ByName =
        Enum.GetValues<TensorDataType>().ToFrozenDictionary(NameOf, t => t, StringComparer.Ordinal);

    public static string Names => string.Join(", ", Enum.GetValues<TensorDataType>().Select(NameOf));

    public static string NameOf(TensorDataType type) => type.ToString().ToUpperInvariant();

    public static bool TryParse(string? name, out TensorDataType type)
    {
        type = default;
        return name is not null && ByName.TryGetValue(name, out type);
    }

    /// <summary>Gets the bytes of one element; 0 for byte strings.</summary>
    public static int SizeOf(TensorDataType type) => type switch
    {
        TensorDataType.Bool or TensorDataType.UInt8 or TensorDataType.Int8 => 1,
        TensorDataType.UInt16 or TensorDataType.Int16 or TensorDataType.FP16 or TensorDataType.BF16 => 2,
        TensorDataType.UInt32 or TensorDataType.Int32 or TensorDataType.FP32 => 4,
        TensorDataType.Bytes => 0,
        _ => 8,
    };
}
