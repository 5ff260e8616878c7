namespace Workflow.Onnx.Tests;

public sealed class OnnxCheckerTests
{
    [Fact]
    public void A_sound_model_has_no_problems() => Assert.Empty(OnnxChecker.Check(Samples.Model()));

    [Fact]
    public void Everything_wrong_is_listed()
    {
        var model = Samples.Model();
        model.IrVersion = null;
        model.OpsetImports.Clear();
        model.Graph!.Nodes[0].Inputs[0] = "nowhere";
        model.Graph.Initializers[0].Dims[0] = 3;
        model.Graph.Nodes.Add(new OnnxNode { Name = "two", OpType = "Op", Domain = "test", Outputs = { "y" } });
        model.Graph.Outputs[0].Name = "z";
        var problems = OnnxChecker.Check(model);
        foreach (var text in (string[])["ir_version", "opset_import", "'nowhere'", "needs 3 elements", "'y' is given twice", "Nothing gives 'z'"])
        {
            Assert.Contains(problems, problem => problem.Message.Contains(text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_node_before_its_source_is_named()
    {
        var model = Samples.Model();
        model.Graph!.Nodes.Insert(0, new OnnxNode { Name = "early", OpType = "Op", Domain = "test", Inputs = { "y" }, Outputs = { "early" } });
        var problem = Assert.Single(OnnxChecker.Check(model));
        Assert.Contains("'early'", problem.Path, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_of_the_outer_graph_are_seen_inside_and_not_hidden()
    {
        var model = Samples.Model();
        var inner = model.Graph!.Nodes[0].Attributes.Single(static attribute => attribute.Graph is not null).Graph!;
        inner.Nodes.Add(new OnnxNode { Name = "hides", OpType = "Op", Domain = "test", Outputs = { "w" } });
        Assert.Contains("'w' is given twice", Assert.Single(OnnxChecker.Check(model)).Message, StringComparison.Ordinal);
    }
}
