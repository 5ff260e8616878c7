namespace Workflow.Onnx.Tests;

/// <summary>Models for tests.</summary>
internal static class Samples
{
    /// <summary>A sound model that uses most kinds of fields.</summary>
    public static OnnxModel Model()
    {
        var branch = new OnnxGraph { Name = "branch" };
        branch.Outputs.Add(new OnnxValueInfo { Name = "x" });
        var graph = new OnnxGraph { Name = "main", DocString = "" };
        graph.Inputs.Add(new OnnxValueInfo { Name = "x", Type = OnnxType.TensorOf(OnnxElementType.Float64, new OnnxDimension { Parameter = "N" }, new OnnxDimension { Value = 2 }) });
        graph.Outputs.Add(new OnnxValueInfo { Name = "y", Type = new OnnxType { Sequence = new OnnxSequenceType { ElementType = OnnxType.TensorOf(OnnxElementType.Float64) } } });
        var constant = OnnxTensor.FromValues<double>([2], [1.5, double.NaN]);
        constant.Name = "w";
        graph.Initializers.Add(constant);
        var node = new OnnxNode { OpType = "Op", Domain = "test", Name = "one" };
        node.Inputs.AddRange(["x", "", "w"]);
        node.Outputs.Add("y");
        node.Attributes.AddRange([
            OnnxAttribute.Of("integer", -3), OnnxAttribute.Of("real", 0.5f), OnnxAttribute.Of("text", "text"), OnnxAttribute.Of("tensor", OnnxTensor.FromValues<bool>([], [true])),
            OnnxAttribute.Of("graph", branch), OnnxAttribute.Of("integers", [1L, -1, long.MaxValue]), OnnxAttribute.Of("reals", [1f, -0.5f]), OnnxAttribute.Of("texts", ["a", ""]),
        ]);
        graph.Nodes.Add(node);
        var model = new OnnxModel { IrVersion = 10, ProducerName = "tests", ModelVersion = -1, Graph = graph };
        model.OpsetImports.Add(new OnnxOpsetImport { Domain = "test", Version = 1 });
        model.MetadataProps.Add(new OnnxMetadataEntry { Key = "größe", Value = "" });
        model.Functions.Add(new OnnxFunction { Name = "f", Domain = "test" });
        return model;
    }
}
