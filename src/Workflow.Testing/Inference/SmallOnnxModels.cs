using System.Runtime.InteropServices;
using Workflow.Numerics.Random;

namespace Workflow.Testing.Inference;

/// <summary>Small ONNX models for tests of programs that score, built in memory.</summary>
public static class SmallOnnxModels
{
    private const int Float = 1;
    private const int Double = 11;

    /// <summary>Builds a linear model: <c>features</c> float32 <c>[rows, weights]</c> in, <c>score</c> = features · weights + bias out.</summary>
    /// <param name="weights">A weight for each feature, not none.</param>
    /// <param name="bias">What is added.</param>
    /// <param name="options">Variations; null for none.</param>
    /// <returns>The content of an ONNX file.</returns>
    public static byte[] Linear(ReadOnlySpan<float> weights, float bias, SmallModelOptions? options = null)
    {
        options ??= new SmallModelOptions();
        var graph = new OnnxBytes().Text(2, "linear")
            .Message(5, Tensor("weights", Float, [weights.Length, 1], MemoryMarshal.AsBytes(weights)))
            .Message(5, Tensor("bias", Float, [1], MemoryMarshal.AsBytes<float>([bias])))
            .Message(1, Node("MatMul", ["features", "weights"], "product"));
        return Finish(graph, Node("Add", ["product", "bias"], "sum"), weights.Length, options);
    }

    /// <summary>Builds an ensemble of full binary trees with random splits: the shape of a gradient boosting model.</summary>
    /// <param name="features">How many features.</param>
    /// <param name="trees">How many trees.</param>
    /// <param name="depth">The depth of each, from 1 to 10.</param>
    /// <param name="options">Variations; null for none.</param>
    /// <returns>The content of an ONNX file.</returns>
    public static byte[] TreeEnsemble(int features, int trees, int depth, SmallModelOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(trees, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(depth, 10);
        options ??= new SmallModelOptions();

        var random = new Philox(20_260_101, "small-tree-ensemble", 0);
        var (splits, nodes) = ((1 << depth) - 1, (1 << (depth + 1)) - 1);
        var node = new OnnxBytes().Text(1, "features").Text(2, "sum").Text(4, "TreeEnsembleRegressor").Text(7, "ai.onnx.ml");
        var all = Enumerable.Range(0, trees * nodes).ToArray();
        bool IsSplit(int i) => i % nodes < splits;
        node.Message(5, Longs("nodes_treeids", all.Select(i => (long)(i / nodes))))
            .Message(5, Longs("nodes_nodeids", all.Select(i => (long)(i % nodes))))
            .Message(5, Longs("nodes_featureids", all.Select(i => IsSplit(i) ? (long)(random.NextDouble() * features) : 0)))
            .Message(5, Floats("nodes_values", all.Select(i => IsSplit(i) ? (float)((random.NextDouble() * 4) - 2) : 0)))
            .Message(5, Texts("nodes_modes", all.Select(i => IsSplit(i) ? "BRANCH_LEQ" : "LEAF")))
            .Message(5, Longs("nodes_truenodeids", all.Select(i => IsSplit(i) ? (2L * (i % nodes)) + 1 : 0)))
            .Message(5, Longs("nodes_falsenodeids", all.Select(i => IsSplit(i) ? (2L * (i % nodes)) + 2 : 0)))
            .Message(5, Longs("nodes_missing_value_tracks_true", all.Select(i => IsSplit(i) && random.NextDouble() < 0.5 ? 1L : 0)))
            .Message(5, Longs("target_treeids", all.Where(i => !IsSplit(i)).Select(i => (long)(i / nodes))))
            .Message(5, Longs("target_nodeids", all.Where(i => !IsSplit(i)).Select(i => (long)(i % nodes))))
            .Message(5, Longs("target_ids", all.Where(i => !IsSplit(i)).Select(_ => 0L)))
            .Message(5, Floats("target_weights", all.Where(i => !IsSplit(i)).Select(_ => (float)(random.NextDouble() - 0.5))))
            .Message(5, Longs("n_targets", [1], isList: false));
        return Finish(new OnnxBytes().Text(2, "trees"), node, features, options);
    }

    /// <summary>Builds a model that gives back what it gets: <c>a</c> in, <c>o</c> out.</summary>
    /// <param name="elementType">ONNX's number of the element type, for example 1 for float32 and 8 for strings.</param>
    /// <param name="shape">The dimensions; −1 for any.</param>
    /// <returns>The content of an ONNX file.</returns>
    public static byte[] Identity(int elementType, params ReadOnlySpan<long> shape) => Model(
        new OnnxBytes().Text(2, "identity").Message(1, Node("Identity", ["a"], "o"))
            .Message(11, Value("a", elementType, shape)).Message(12, Value("o", elementType, shape)),
        new SmallModelOptions());

    private static byte[] Finish(OnnxBytes graph, OnnxBytes sumNode, int features, SmallModelOptions options)
    {
        var last = "sum";
        void Append(OnnxBytes node, string output)
        {
            graph.Message(1, node);
            last = output;
        }

        Append(sumNode, "sum");
        if (options.Activation is { } activation)
        {
            Append(Node(activation, [last], "activated"), "activated");
        }

        if (options.IsDouble)
        {
            Append(Node("Cast", [last], "wide").Message(5, new OnnxBytes().Text(1, "to").Number(3, Double).Number(20, 2)), "wide");
        }

        if (options.IsFlat)
        {
            graph.Message(5, Tensor("flat", 7, [1], MemoryMarshal.AsBytes<long>([-1])));
            Append(Node("Reshape", [last, "flat"], "flattened"), "flattened");
        }

        graph.Message(1, Node("Identity", [last], "score"));
        ReadOnlySpan<long> scores = options.IsFlat ? [options.Rows] : [options.Rows, 1];
        graph.Message(11, Value("features", Float, [options.Rows, features])).Message(12, Value("score", options.IsDouble ? Double : Float, scores));
        return Model(graph, options);
    }

    private static byte[] Model(OnnxBytes graph, SmallModelOptions options)
    {
        var model = new OnnxBytes().Number(1, 8).Text(2, "workflow-testing").Message(7, graph)
            .Message(8, new OnnxBytes().Text(1, "").Number(2, 17))
            .Message(8, new OnnxBytes().Text(1, "ai.onnx.ml").Number(2, 1));
        foreach (var (key, value) in options.Metadata)
        {
            model.Message(14, new OnnxBytes().Text(1, key).Text(2, value));
        }

        return model.ToArray();
    }

    private static OnnxBytes Node(string type, string[] inputs, string output)
    {
        var node = new OnnxBytes();
        foreach (var input in inputs)
        {
            node.Text(1, input);
        }

        return node.Text(2, output).Text(4, type);
    }

    private static OnnxBytes Tensor(string name, int type, long[] dimensions, ReadOnlySpan<byte> data)
    {
        var tensor = new OnnxBytes();
        foreach (var dimension in dimensions)
        {
            tensor.Number(1, dimension);
        }

        return tensor.Number(2, type).Text(8, name).Bytes(9, data);
    }

    private static OnnxBytes Value(string name, int type, ReadOnlySpan<long> shape)
    {
        var dimensions = new OnnxBytes();
        foreach (var dimension in shape)
        {
            dimensions.Message(1, dimension < 0 ? new OnnxBytes().Text(2, "n") : new OnnxBytes().Number(1, dimension));
        }

        return new OnnxBytes().Text(1, name).Message(2, new OnnxBytes().Message(1, new OnnxBytes().Number(1, type).Message(2, dimensions)));
    }

    private static OnnxBytes Longs(string name, IEnumerable<long> values, bool isList = true)
    {
        var attribute = new OnnxBytes().Text(1, name);
        foreach (var value in values)
        {
            attribute.Number(isList ? 8 : 3, value);
        }

        return attribute.Number(20, isList ? 7 : 2);
    }

    private static OnnxBytes Floats(string name, IEnumerable<float> values)
    {
        var attribute = new OnnxBytes().Text(1, name);
        foreach (var value in values)
        {
            attribute.Single(7, value);
        }

        return attribute.Number(20, 6);
    }

    private static OnnxBytes Texts(string name, IEnumerable<string> values)
    {
        var attribute = new OnnxBytes().Text(1, name);
        foreach (var value in values)
        {
            attribute.Text(9, value);
        }

        return attribute.Number(20, 8);
    }
}
