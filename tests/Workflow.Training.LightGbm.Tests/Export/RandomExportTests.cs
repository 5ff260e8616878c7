using Apache.Arrow.Types;
using Workflow.Training.LightGbm.Export;
using Workflow.Training.LightGbm.Text;

namespace Workflow.Training.LightGbm.Tests.Export;

/// <summary>A thousand random models with rows on every threshold: oracle, LightGBM and ONNX Runtime must agree.</summary>
public sealed class RandomExportTests(ITestOutputHelper output)
{
    private const long Seed = 20_260_101;
    private const int Models = 1000;

    [Fact]
    public void A_thousand_random_models_decide_as_LightGBM_on_64_bit_rows() => Compare(isNarrow: false);

    [Fact]
    public void A_thousand_random_models_decide_as_LightGBM_on_32_bit_rows() => Compare(isNarrow: true);

    private void Compare(bool isNarrow)
    {
        var (rowCount, worst) = (0L, 0.0);
        var mismatches = new List<string>();
        for (var index = 0UL; index < Models; index++)
        {
            var model = new RandomModel(isNarrow ? Seed + 1 : Seed, index);
            var text = model.ToText();
            double[][] rows = [.. model.Rows().Select(row => isNarrow ? row.Select(static value => (double)(float)value).ToArray() : row)];
            double[] flat = [.. rows.SelectMany(static row => row)];
            using var native = new NativeScorer(text);
            using var scorer = new OnnxScorer(LightGbmOnnxExport.Export(ModelTextReader.Read(text), Signatures.Of(model.Features, isNarrow ? FloatType.Default : DoubleType.Default), new Dictionary<string, string>(StringComparer.Ordinal)));
            var expected = native.Score(flat, model.Features, model.Classes);
            var actual = isNarrow ? scorer.Score([.. flat.Select(static value => (float)value)], model.Features) : scorer.Score(flat, model.Features);
            Assert.Equal(expected.Length, actual.Length);
            var isSum = model.Objective is "regression" or "lambdarank";
            for (var row = 0; row < rows.Length; row++)
            {
                var oracle = model.Scores(rows[row]);
                for (var i = 0; i < model.Classes; i++)
                {
                    var at = (row * model.Classes) + i;
                    var scale = Math.Max(1, Math.Abs(expected[at]));
                    var error = Math.Abs(actual[at] - expected[at]) / scale;
                    worst = Math.Max(worst, error);

                    // Sums are sums in the same order: equal to the last bit. What exp and log touch may differ there.
                    if (error is > 1e-14 or double.NaN || (isSum && actual[at] != expected[at]) || Math.Abs(oracle[i] - expected[at]) / scale > 1e-14)
                    {
                        mismatches.Add($"model {index} ({model.Objective}) row {row} [{string.Join(' ', rows[row])}]: LightGBM {expected[at]:R}, ONNX {actual[at]:R}, oracle {oracle[i]:R}");
                    }
                }
            }

            rowCount += rows.Length;
        }

        output.WriteLine($"{mismatches.Count} mismatches in {Models} models, {rowCount} rows; largest relative difference {worst:R}");
        Assert.True(mismatches.Count == 0, string.Join(Environment.NewLine, mismatches.Take(20)));
    }
}
