using Apache.Arrow.Types;
using Workflow.Data.Registry;
using Workflow.Numerics.Random;
using Workflow.Onnx;
using Workflow.Training.LightGbm.Export;
using Workflow.Training.LightGbm.Text;

namespace Workflow.Training.LightGbm.Tests.Export;

/// <summary>What an exported model says about itself, and what is refused.</summary>
public sealed class ExportedModelTests
{
    private static readonly Dictionary<string, string> NoMetadata = new(StringComparer.Ordinal);

    [Fact]
    public void Metadata_and_shapes_reach_the_runtime()
    {
        var model = new RandomModel(3, 1);
        var signature = Signatures.Of(model.Features, DoubleType.Default);
        using var scorer = new OnnxScorer(LightGbmOnnxExport.Export(ModelTextReader.Read(model.ToText()), signature, new Dictionary<string, string>(StringComparer.Ordinal) { ["größe"] = "ü" }));
        Assert.Equal("ü", scorer.Metadata["größe"]);
        Assert.Equal(SignatureJson.Write(signature), scorer.Metadata["workflow.signature"]);
        Assert.Equal([-1, model.Classes], scorer.OutputShape);
    }

    [Fact]
    public void Exports_of_equal_models_are_equal_bytes()
    {
        var model = new RandomModel(3, 2);
        var signature = Signatures.Of(model.Features, FloatType.Default);
        var one = LightGbmOnnxExport.Export(ModelTextReader.Read(model.ToText()), signature, new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "1", ["b"] = "2" });
        var other = LightGbmOnnxExport.Export(ModelTextReader.Read(model.ToText()), signature, new Dictionary<string, string>(StringComparer.Ordinal) { ["b"] = "2", ["a"] = "1" });
        Assert.Equal(one, other);
    }

    [Fact]
    public void The_checker_finds_nothing_in_a_hundred_exports()
    {
        for (var index = 0UL; index < 100; index++)
        {
            var model = new RandomModel(5, index);
            var bytes = LightGbmOnnxExport.Export(ModelTextReader.Read(model.ToText()), Signatures.Of(model.Features, DoubleType.Default), NoMetadata);
            Assert.Empty(OnnxChecker.Check(OnnxModel.Parse(bytes)));
        }
    }

    [Fact]
    public void One_wide_column_makes_the_input_64_bit()
    {
        var model = Enumerable.Range(0, 50).Select(static i => new RandomModel(9, (ulong)i)).First(static model => model.Features > 1);
        IArrowType[] types = [.. Enumerable.Repeat<IArrowType>(Int16Type.Default, model.Features)];
        using var narrow = new OnnxScorer(LightGbmOnnxExport.Export(ModelTextReader.Read(model.ToText()), Signatures.Of(types), NoMetadata));
        types[1] = Int32Type.Default;
        using var wide = new OnnxScorer(LightGbmOnnxExport.Export(ModelTextReader.Read(model.ToText()), Signatures.Of(types), NoMetadata));
        Assert.Equal((typeof(float), typeof(double)), (narrow.InputType, wide.InputType));
    }

    [Fact]
    public void A_row_scores_the_same_bits_in_any_batch()
    {
        // Not promised where ONNX Runtime's own Softmax or Log has the last word.
        var models = Enumerable.Range(0, 200).Select(static i => new RandomModel(11, (ulong)i))
            .Where(static m => !m.Objective.StartsWith("multiclass ", StringComparison.Ordinal) && !m.Objective.StartsWith("cross_entropy_lambda", StringComparison.Ordinal))
            .Take(20);
        foreach (var model in models)
        {
            using var scorer = new OnnxScorer(LightGbmOnnxExport.Export(ModelTextReader.Read(model.ToText()), Signatures.Of(model.Features, DoubleType.Default), NoMetadata));
            var random = new Philox(5, "rows");
            var rows = Enumerable.Range(0, 41 * model.Features).Select(_ => (random.NextDouble() - 0.5) * 8).ToArray();
            var alone = Enumerable.Range(0, 41).SelectMany(i => scorer.Score(rows[(i * model.Features)..((i + 1) * model.Features)], model.Features)).ToArray();
            for (var size = 2; size <= 41; size++)
            {
                Assert.Equal(alone[..(size * model.Classes)], scorer.Score(rows[..(size * model.Features)], model.Features));
            }
        }
    }

    [Fact]
    public void A_signature_of_another_width_is_refused()
    {
        var model = new RandomModel(3, 1);
        var error = Assert.Throws<ArgumentException>(() => LightGbmOnnxExport.Export(ModelTextReader.Read(model.ToText()), Signatures.Of(model.Features + 1, DoubleType.Default), NoMetadata));
        Assert.Contains($"{model.Features + 1}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_columns_are_refused_by_name()
    {
        var model = new RandomModel(3, 1);
        IArrowType[] types = [.. Enumerable.Repeat<IArrowType>(FloatType.Default, model.Features)];
        types[0] = StringType.Default;
        var error = Assert.Throws<NotSupportedException>(() => LightGbmOnnxExport.Export(ModelTextReader.Read(model.ToText()), Signatures.Of(types), NoMetadata));
        Assert.Contains("'f0'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_trees_is_refused()
    {
        const string Empty = "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=0\nobjective=regression\nfeature_names=a\nfeature_infos=none\ntree_sizes=\n\nend of trees\n";
        Assert.Throws<NotSupportedException>(() => LightGbmOnnxExport.Export(ModelTextReader.Read(Empty), Signatures.Of(1, FloatType.Default), NoMetadata));
    }
}
