using Workflow.Onnx;
using Workflow.Training.LightGbm.Text;

namespace Workflow.Training.LightGbm.Export;

/// <summary>Builds the graph around the trees, node by node. Not thread-safe; one export each.</summary>
internal sealed class ScoreGraph
{
    // The widest vectors hold eight 64-bit numbers.
    private const int Lanes = 8;

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
        var parts = new List<string> { features };
        if (columns.ZeroMissing.Count > 0)
        {
            parts.Add(AddZeroMissing(features, columns.ZeroMissing));
        }

        if (columns.Categories.Count > 0)
        {
            parts.Add(AddCategories(features, columns.Categories));
        }

        return parts.Count == 1 ? features : Concat("columns", parts);
    }

    /// <summary>Appends trees.</summary>
    /// <param name="trees">The trees.</param>
    /// <param name="targets">The number of sums.</param>
    /// <param name="input">The name of the columns, 64-bit.</param>
    /// <param name="output">The name of the sums.</param>
    public void AddTrees(IReadOnlyList<EnsembleTree> trees, int targets, string input, string output) =>
        _graph.Nodes.Add(EnsembleOperator.Build(trees, targets, input, output));

    /// <summary>Appends what turns sums of leaves into scores.</summary>
    /// <param name="sums">The name of the sums.</param>
    /// <param name="objective">The objective.</param>
    /// <param name="output">The name of the scores.</param>
    public void AddLink(string sums, Objective objective, string output)
    {
        switch (objective.Link)
        {
            case ScoreLink.Identity:
                Add("Identity", output, sums);
                break;
            case ScoreLink.SignedSquare:
                Add("Abs", "sum_abs", sums);
                Add("Mul", output, sums, "sum_abs");
                break;
            case ScoreLink.Exponential:
                AddExponential(sums, 1, output);
                break;
            case ScoreLink.Sigmoid:
                // Not the operator Sigmoid: its 1 − 1/(1 + eˣ) on the negative side loses the digits of small probabilities.
                AddExponential(sums, -objective.Sigmoid, "exponential");
                Add("Add", "denominator", "exponential", Constant("one", 1));
                Add("Div", output, "one", "denominator");
                break;
            case ScoreLink.Softmax:
                Add("Softmax", output, sums).Attributes.Add(OnnxAttribute.Of("axis", 1));
                break;
            default:
                AddExponential(sums, 1, "exponential");
                Add("Add", "one_more", "exponential", Constant("one", 1));
                Add("Log", output, "one_more");
                break;
        }
    }

    // ONNX Runtime computes most exponentials of a tensor eight or four at a time and the last few one by one, with another last bit: a
    // row's score would depend on the rows beside it. Eight equal values a row leave no last few, so a row scores the same bits in any batch.
    private void AddExponential(string sums, double factor, string output)
    {
        Add("Unsqueeze", output + "_column", sums, Constant(output + "_axis", OnnxTensor.FromValues<long>([1], [2])));
        Add("Mul", output + "_lanes", output + "_column", Constant(output + "_factors", OnnxTensor.FromValues<double>([Lanes], [.. Enumerable.Repeat(factor, Lanes)])));
        Add("Exp", output + "_all", output + "_lanes");
        Add("Gather", output, output + "_all", Constant(output + "_lane", OnnxTensor.FromValues<long>([], [0]))).Attributes.Add(OnnxAttribute.Of("axis", 2));
    }

    private string AddZeroMissing(string features, IReadOnlyList<int> indices)
    {
        long[] gathered = [.. indices];
        Add("Gather", "zero_missing", features, Constant("zero_missing_indices", OnnxTensor.FromValues<long>([gathered.Length], gathered)))
            .Attributes.Add(OnnxAttribute.Of("axis", 1));
        Add("Abs", "zero_missing_abs", "zero_missing");
        Add("LessOrEqual", "zero_missing_is_zero", "zero_missing_abs", Constant("zero_limit", Tree.ZeroLimit));
        Add("Where", "zero_as_nan", "zero_missing_is_zero", Constant("nan", double.NaN), "zero_missing");
        return "zero_as_nan";
    }

    private string AddCategories(string features, IReadOnlyCollection<CategoryTable> categories)
    {
        AddTrees([.. categories.Select(static (table, i) => table.ToRankTree(i))], categories.Count, features, "category_ranks");
        Add("Cast", "category_ranks_int", "category_ranks").Attributes.Add(OnnxAttribute.Of("to", (long)OnnxElementType.Int64));
        var parts = new List<string>();
        foreach (var table in categories)
        {
            var name = $"category_{parts.Count}";
            Add("Gather", name + "_rank", "category_ranks_int", Constant(name + "_index", OnnxTensor.FromValues<long>([], [parts.Count])))
                .Attributes.Add(OnnxAttribute.Of("axis", 1));
            Add("Gather", name, Constant(name + "_table", table.ToTable()), name + "_rank").Attributes.Add(OnnxAttribute.Of("axis", 0));
            parts.Add(name);
        }

        var sets = parts.Count == 1 ? parts[0] : Concat("category_sets_8", parts);
        Add("Cast", "category_sets", sets).Attributes.Add(OnnxAttribute.Of("to", (long)OnnxElementType.Float64));
        return "category_sets";
    }

    private string Concat(string output, List<string> parts)
    {
        Add("Concat", output, [.. parts]).Attributes.Add(OnnxAttribute.Of("axis", 1));
        return output;
    }
}
