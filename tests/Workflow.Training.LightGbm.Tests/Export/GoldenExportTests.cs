using Apache.Arrow.Types;
using Workflow.Training.LightGbm.Export;
using Workflow.Training.LightGbm.Text;

namespace Workflow.Training.LightGbm.Tests.Export;

/// <summary>Scores of exported models in ONNX Runtime against LightGBM's own, on rows placed on every threshold.</summary>
public sealed class GoldenExportTests(ITestOutputHelper output)
{
    private static readonly string[] Linear = ["linear-binary-nan", "linear-cat", "linear-reg"];

    [Fact]
    public void Every_golden_model_decides_as_LightGBM_on_64_bit_rows()
    {
        var cases = GoldenCase.All();
        Assert.True(cases.Count >= 96);
        var (mismatches, rows, worst) = (0, 0, 0.0);
        foreach (var golden in cases.Where(static golden => !Linear.Contains(golden.Id)))
        {
            using var scorer = new OnnxScorer(Export(golden, DoubleType.Default));
            Assert.Equal(typeof(double), scorer.InputType);
            var (wrong, error) = Compare(golden, golden.Scores, scorer.Score([.. golden.Rows.SelectMany(static row => row)], golden.Rows[0].Length));
            (mismatches, rows, worst) = (mismatches + wrong, rows + golden.Rows.Length, Math.Max(worst, error));
        }

        output.WriteLine($"{mismatches} of {rows} rows differ; largest relative difference of the others {worst:R}");
        Assert.Equal(0, mismatches);
    }

    [Fact]
    public void Every_golden_model_decides_as_LightGBM_on_32_bit_rows()
    {
        var (mismatches, rows, worst) = (0, 0, 0.0);
        foreach (var golden in GoldenCase.All().Where(static golden => golden.Scores32 is not null && !Linear.Contains(golden.Id)))
        {
            using var scorer = new OnnxScorer(Export(golden, FloatType.Default));
            Assert.Equal(typeof(float), scorer.InputType);
            var scores = scorer.Score([.. golden.Rows.SelectMany(static row => row).Select(static value => (float)value)], golden.Rows[0].Length);
            var (wrong, error) = Compare(golden, golden.Scores32!, scores);
            (mismatches, rows, worst) = (mismatches + wrong, rows + golden.Rows.Length, Math.Max(worst, error));
        }

        output.WriteLine($"{mismatches} of {rows} rows differ; largest relative difference of the others {worst:R}");
        Assert.True(rows > 4000);
        Assert.Equal(0, mismatches);
    }

    [Fact]
    public void Linear_trees_are_refused_by_name()
    {
        foreach (var golden in GoldenCase.All().Where(static golden => Linear.Contains(golden.Id)))
        {
            var refusal = Assert.Throws<NotSupportedException>(() => Export(golden, DoubleType.Default));
            Assert.Contains("linear trees", refusal.Message, StringComparison.Ordinal);
        }
    }

    private static byte[] Export(GoldenCase golden, IArrowType type) =>
        LightGbmOnnxExport.Export(ModelTextReader.Read(golden.ModelText), Signatures.Of(golden.Rows[0].Length, type), new Dictionary<string, string>(StringComparer.Ordinal));

    // A wrong branch changes a score by far more than the last digits that exp and log may differ in.
    private (int Wrong, double Error) Compare(GoldenCase golden, double[][] expected, double[] actual)
    {
        var width = expected[0].Length;
        Assert.Equal(expected.Length * width, actual.Length);
        var (wrong, worst) = (0, 0.0);
        for (var row = 0; row < expected.Length; row++)
        {
            var error = expected[row].Select((score, i) => Math.Abs(score - actual[(row * width) + i]) / Math.Max(1, Math.Abs(score))).Max();
            if (error is > 1e-12 or double.NaN)
            {
                wrong++;
                output.WriteLine($"{golden.Id} row {row} [{golden.Tags[row]}]: expected {string.Join(' ', expected[row])}, got {string.Join(' ', actual.Skip(row * width).Take(width))}");
            }
            else
            {
                worst = Math.Max(worst, error);
            }
        }

        return (wrong, worst);
    }
}
