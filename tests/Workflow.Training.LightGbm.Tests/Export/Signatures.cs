using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Registry;

namespace Workflow.Training.LightGbm.Tests.Export;

/// <summary>Makes signatures for tests.</summary>
internal static class Signatures
{
    public static ModelSignature Of(int width, IArrowType type) => Of([.. Enumerable.Repeat(type, width)]);

    public static ModelSignature Of(IReadOnlyList<IArrowType> types) => new()
    {
        Inputs = new Schema(types.Select(static (type, i) => new Field($"f{i}", type, nullable: true)), null),
        Outputs = new Schema([new Field("score", DoubleType.Default, nullable: false)], null),
    };
}
