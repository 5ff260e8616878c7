using Apache.Arrow.Types;

namespace Workflow.Training.LightGbm.Boosting;

/// <summary>Which Arrow types LightGBM can take as numbers.</summary>
internal static class FeatureType
{
    public const string Accepted = "a number (int8 to int64, uint8 to uint64, float, double) or bool";

    public static bool IsAccepted(IArrowType type) => type.TypeId is
        ArrowTypeId.Boolean or ArrowTypeId.Float or ArrowTypeId.Double
        or ArrowTypeId.Int8 or ArrowTypeId.Int16 or ArrowTypeId.Int32 or ArrowTypeId.Int64
        or ArrowTypeId.UInt8 or ArrowTypeId.UInt16 or ArrowTypeId.UInt32 or ArrowTypeId.UInt64;

    /// <summary>Whether every value of the type is also a float32.</summary>
    public static bool FitsSingle(IArrowType type) => type.TypeId is
        ArrowTypeId.Boolean or ArrowTypeId.Float or ArrowTypeId.Int8 or ArrowTypeId.Int16 or ArrowTypeId.UInt8 or ArrowTypeId.UInt16;
}
