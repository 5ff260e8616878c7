using Workflow.Onnx;

namespace Workflow.Training.LightGbm.Export;

/// <summary>Builds the graph around the trees, node by node. Not thread-safe; one export each.</summary>
internal sealed class ScoreGraph
{
    private readonly OnnxGraph _graph;

    public ScoreGraph(OnnxGraph graph) => _graph = graph;

    /// <summary>Appends a node of one output.</summary>
    /// <param name="operation">The operator of <c>ai.onnx</c>.</param>
    /// <param name="output">The name of the output.</param>
    /// <param name="inputs">The names of the inputs.</param>
    /// <returns>The node, to take attributes.</returns>
    public OnnxNode Add(string operation, string output, params ReadOnlySpan<string> inputs)
    {
        var node = new OnnxNode { Name = output, OpType = operation };
        node.Inputs.AddRange(inputs);
        node.Outputs.Add(output);
        _graph.Nodes.Add(node);
        return node;
    }

    /// <summary>Adds a 64-bit constant and returns its name.</summary>
    public string Constant(string name, double value) => Constant(name, OnnxTensor.FromValues<double>([], [value]));

    /// <summary>Adds a constant and returns its name.</summary>
    public string Constant(string name, OnnxTensor tensor)
    {
        tensor.Name = name;
        _graph.Initializers.Add(tensor);
        return name;
    }

    /// <summary>Appends the derived columns of <see cref="EnsembleColumns"/>.</summary>
    /// <param name="features">The name of the features, 64-bit.</param>
    /// <param name="columns">The columns.</param>
    /// <returns>The name of the matrix that the trees read.</returns>
    public string AddColumns(string features, EnsembleColumns columns)
    {
        if (columns.ZeroMissing.Count == 0)
        {
            return features;
        }

        var indices = columns.ZeroMissing.Select(static index => (long)index).ToArray();
        Add("Gather", "zero_missing", features, Constant("zero_missing_indices", OnnxTensor.FromValues<long>([indices.Length], indices)))
            .Attributes.Add(OnnxAttribute.Of("axis", 1));
        Add("Abs", "zero_missing_abs", "zero_missing");
        Add("LessOrEqual", "zero_missing_is_zero", "zero_missing_abs", Constant("zero_limit", LightGbmTree.ZeroLimit));
        Add("Where", "zero_as_nan", "zero_missing_is_zero", Constant("nan", double.NaN), "zero_missing");
        Add("Concat", "columns", features, "zero_as_nan").Attributes.Add(OnnxAttribute.Of("axis", 1));
        return "columns";
    }

    /// <summary>Appends the trees.</summary>
    /// <param name="columns">The name of the columns, 64-bit.</param>
    /// <param name="model">The model.</param>
    /// <param name="trees">Its trees.</param>
    /// <returns>The version of ai.onnx.ml that they need; their sums are called <c>sums</c>.</returns>
    public long AddTrees(string columns, LightGbmText model, IReadOnlyList<DecisionTree> trees)
    {
        if (!trees.Any(static tree => tree.IsShared))
        {
            _graph.Nodes.Add(EnsembleV5.Build(model, trees, columns, "sums"));
            return 5;
        }

        _graph.Nodes.Add(EnsembleV3.Build(model, trees, columns, "parts"));
        Add("Cast", "parts_64", "parts").Attributes.Add(OnnxAttribute.Of("to", (long)OnnxElementType.Float64));
        var shape = Constant("parts_shape", OnnxTensor.FromValues<long>([3], [-1, EnsembleV3.Parts, model.TreesPerIteration]));
        Add("Reshape", "parts_by_score", "parts_64", shape);
        var node = Add("ReduceSum", "sums", "parts_by_score", Constant("parts_axis", OnnxTensor.FromValues<long>([1], [1])));
        node.Attributes.Add(OnnxAttribute.Of("keepdims", 0));
        return 3;
    }

    /// <summary>Appends what turns sums of leaves into scores.</summary>
    /// <param name="sums">The name of the sums.</param>
    /// <param name="objective">The objective.</param>
    /// <param name="output">The name of the scores.</param>
    public void AddLink(string sums, LightGbmObjective objective, string output)
    {
        switch (objective.Link)
        {
            case LightGbmLink.Identity:
                Add("Identity", output, sums);
                break;
            case LightGbmLink.SignedSquare:
                Add("Abs", "sum_abs", sums);
                Add("Mul", output, sums, "sum_abs");
                break;
            case LightGbmLink.Exponential:
                Add("Exp", output, sums);
                break;
            case LightGbmLink.Sigmoid:
                // Not the operator Sigmoid: its 1 − 1/(1 + eˣ) on the negative side loses the digits of small probabilities.
                Add("Mul", "scaled", sums, Constant("minus_sigmoid", -objective.Sigmoid));
                Add("Exp", "exponential", "scaled");
                Add("Add", "denominator", "exponential", Constant("one", 1));
                Add("Div", output, "one", "denominator");
                break;
            case LightGbmLink.Softmax:
                Add("Softmax", output, sums).Attributes.Add(OnnxAttribute.Of("axis", 1));
                break;
            default:
                Add("Exp", "exponential", sums);
                Add("Add", "one_more", "exponential", Constant("one", 1));
                Add("Log", output, "one_more");
                break;
        }
    }
}
