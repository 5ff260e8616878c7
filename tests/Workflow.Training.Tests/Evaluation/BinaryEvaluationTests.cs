using System.Text.Json;
using CsCheck;
using Workflow.Training.Evaluation;

namespace Workflow.Training.Tests.Evaluation;

public sealed class BinaryEvaluationTests
{
    // Few different scores: ties are the rule, not the exception.
    private static readonly Gen<(bool Label, double Score, double Weight)> AnyRow =
        Gen.Select(Gen.Bool, Gen.OneOf(Gen.Int[0, 8].Select(i => i / 8.0), Gen.Double[0, 1]), Gen.Double[0.1, 5], (label, score, weight) => (label, score, weight));

    [Fact]
    public void Agrees_with_scikit_learn()
    {
        var compared = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var golden in GoldenNumbers.Cases("golden/metrics/scores.json"))
        {
            var function = golden.GetProperty("function").GetString()!;
            if (!golden.TryGetProperty("result", out var result) || Measured(golden, function) is not { } read)
            {
                continue;
            }

            compared[function] = compared.GetValueOrDefault(function) + 1;
            var isSingle = golden.TryGetProperty("note", out var note) && note.GetString()!.StartsWith("float32", StringComparison.Ordinal);
            GoldenNumbers.AssertClose(GoldenNumbers.Number(result), read, isSingle ? 1e-6 : 1e-12, golden.GetProperty("id").GetString()!);
        }

        Assert.True(compared.Values.Sum() >= 40, string.Join(", ", compared));
    }

    [Fact]
    public void Agrees_on_the_calibration_error()
    {
        var compared = 0;
        foreach (var golden in GoldenNumbers.Cases("golden/metrics/calibration.json").Where(g => g.GetProperty("function").GetString() == "expected_calibration_error"))
        {
            var parameters = golden.GetProperty("params");
            if (!golden.TryGetProperty("result", out var result) || (parameters.TryGetProperty("norm", out var norm) && norm.GetString() != "l1"))
            {
                continue;
            }

            var bins = parameters.TryGetProperty("n_bins", out var n) ? n.GetInt32() : 10;
            var evaluation = BinaryEvaluation.Measure(Rows(golden.GetProperty("inputs"), "y_prob"), new BinaryEvaluationOptions { CalibrationBins = bins });
            GoldenNumbers.AssertClose(GoldenNumbers.Number(result), evaluation.CalibrationError, 1e-12, golden.GetProperty("id").GetString()!);
            compared++;
        }

        Assert.True(compared >= 10, $"{compared}");
    }

    [Fact]
    public void Agrees_on_hundreds_of_thousands_of_rows()
    {
        foreach (var golden in GoldenNumbers.Cases("golden/metrics/big.json"))
        {
            var (labels, scores, weights) = Generate(golden.GetProperty("generator"));
            foreach (var (name, w) in new[] { ("unweighted", (double[]?)null), ("weighted", weights) })
            {
                var expected = golden.GetProperty("result").GetProperty(name);
                var actual = BinaryEvaluation.Measure(BinaryScores.Of(labels, scores, w, clusters: null));
                GoldenNumbers.AssertClose(expected.GetProperty("roc_auc_score").GetDouble(), actual.AreaUnderCurve, 1e-12, "area");
                GoldenNumbers.AssertClose(expected.GetProperty("log_loss").GetDouble(), actual.LogLoss, 1e-11, "log loss");
                GoldenNumbers.AssertClose(expected.GetProperty("brier_score_loss").GetDouble(), actual.BrierScore, 1e-11, "Brier");
                GoldenNumbers.AssertClose(expected.GetProperty("accuracy_score").GetDouble(), actual.Accuracy, 1e-12, "accuracy");
                GoldenNumbers.AssertClose(expected.GetProperty("f1_score").GetDouble(), 2 / ((1 / actual.Precision) + (1 / actual.Recall)), 1e-12, "F1");
                if (expected.TryGetProperty("expected_calibration_error_10", out var calibration))
                {
                    GoldenNumbers.AssertClose(calibration.GetDouble(), actual.CalibrationError, 1e-11, "calibration");
                }
            }
        }
    }

    [Fact]
    public void The_area_agrees_with_counting_pairs() =>
        Gen.Select(AnyRow.Array[1, 40], Gen.Bool).Sample((rows, isWeighted) =>
        {
            bool[] labels = [.. rows.Select(r => r.Label)];
            double[] scores = [.. rows.Select(r => r.Score)];
            var weights = isWeighted ? rows.Select(r => r.Weight).ToArray() : null;
            var actual = BinaryEvaluation.Measure(BinaryScores.Of(labels, scores, weights, clusters: null)).AreaUnderCurve;
            GoldenNumbers.AssertClose(AreaByPairs(labels, scores, weights), actual, 1e-13, "area");
        });

    [Fact]
    public void The_area_does_not_depend_on_the_order_of_rows() =>
        Gen.Select(AnyRow.Array[2, 40], Gen.Int[0, 1000]).Sample((rows, by) =>
        {
            var turned = rows.Skip(by % rows.Length).Concat(rows.Take(by % rows.Length)).ToArray();
            Assert.Equal(Area(rows), Area(turned));

            static double Area((bool Label, double Score, double Weight)[] r) =>
                BinaryEvaluation.Measure(BinaryScores.Of([.. r.Select(x => x.Label)], [.. r.Select(x => x.Score)])).AreaUnderCurve;
        });

    [Fact]
    public void Without_a_class_there_is_no_area()
    {
        var evaluation = BinaryEvaluation.Measure(BinaryScores.Of([true, true], [0.2, 0.7]));
        Assert.Equal(double.NaN, evaluation.AreaUnderCurve);
        Assert.Equal(double.NaN, evaluation.AreaStandardError);
        Assert.Equal((1, 0.5, 0.5), (evaluation.Precision, evaluation.Recall, evaluation.Accuracy));
    }

    [Fact]
    public void Repeating_every_row_in_a_cluster_keeps_the_standard_error()
    {
        var labels = Enumerable.Range(0, 400).Select(i => i % 3 == 0).ToArray();
        var scores = Enumerable.Range(0, 400).Select(i => ((i * 37 % 100) + (i % 3 == 0 ? 30 : 0)) / 200.0).ToArray();
        var alone = BinaryEvaluation.Measure(BinaryScores.Of(labels, scores, weights: null, clusters: [.. Enumerable.Range(0, 400)]));
        var tripled = BinaryEvaluation.Measure(BinaryScores.Of(
            [.. labels.Concat(labels).Concat(labels)], [.. scores.Concat(scores).Concat(scores)], weights: null, clusters: [.. Enumerable.Range(0, 1200).Select(i => i % 400)]));
        var independent = BinaryEvaluation.Measure(BinaryScores.Of(labels, scores));
        Assert.Equal(alone.AreaStandardError, tripled.AreaStandardError, 1e-12);
        Assert.Equal(independent.AreaStandardError, alone.AreaStandardError, 1e-3);
    }

    private static double? Measured(JsonElement golden, string function)
    {
        var inputs = golden.GetProperty("inputs");
        var scoreName = function switch { "roc_auc_score" => "y_score", "brier_score_loss" => "y_proba", "log_loss" => "y_pred", _ => null };
        if (scoreName is null || golden.GetProperty("params").EnumerateObject().Any(p => !(p.Name == "labels" || (p.Name == "normalize" && p.Value.ValueKind is JsonValueKind.True))))
        {
            return null;
        }

        if (!inputs.TryGetProperty(scoreName, out var scores) || scores.EnumerateArray().Any(s => s.ValueKind is not JsonValueKind.Number || s.GetDouble() is < 0 or > 1)
            || inputs.GetProperty("y_true").EnumerateArray().Any(l => l.ValueKind is not JsonValueKind.Number || GoldenNumbers.Number(l) is not (0 or 1))
            || (inputs.TryGetProperty("sample_weight", out var w) && w.EnumerateArray().Any(x => x.ValueKind is not JsonValueKind.Number || x.GetDouble() is < 0 or > 1e100)))
        {
            return null;
        }

        var evaluation = BinaryEvaluation.Measure(Rows(inputs, scoreName));
        return function switch { "roc_auc_score" => evaluation.AreaUnderCurve, "brier_score_loss" => evaluation.BrierScore, _ => evaluation.LogLoss };
    }

    private static BinaryScores Rows(JsonElement inputs, string scoreName) => BinaryScores.Of(
        GoldenNumbers.Labels(inputs.GetProperty("y_true")),
        GoldenNumbers.Numbers(inputs.GetProperty(scoreName)),
        inputs.TryGetProperty("sample_weight", out var weights) ? GoldenNumbers.Numbers(weights) : null,
        clusters: null);

    private static double AreaByPairs(bool[] labels, double[] scores, double[]? weights)
    {
        var (wins, pairs) = (0.0, 0.0);
        for (var i = 0; i < labels.Length; i++)
        {
            for (var j = 0; j < labels.Length; j++)
            {
                if (labels[i] && !labels[j])
                {
                    var weight = weights is null ? 1 : weights[i] * weights[j];
                    pairs += weight;
                    wins += scores[i] > scores[j] ? weight : scores[i] == scores[j] ? weight / 2 : 0;
                }
            }
        }

        return wins / pairs;
    }

    private static (bool[] Labels, double[] Scores, double[] Weights) Generate(JsonElement generator)
    {
        var (n, state) = (generator.GetProperty("n").GetInt32(), (ulong)generator.GetProperty("seed").GetInt64());
        var (labels, scores, weights) = (new bool[n], new double[n], new double[n]);
        for (var i = 0; i < n; i++)
        {
            var u = new[] { Next(), Next(), Next(), Next() };
            labels[i] = u[0] < 0.3;
            scores[i] = (0.35 * (labels[i] ? 1 : 0)) + (0.65 * u[1]);
            scores[i] = generator.GetProperty("kind").GetString() == "ties" ? Math.Floor(scores[i] * 100) / 100 : scores[i];
            weights[i] = 0.5 + u[2];
        }

        return (labels, scores, weights);

        double Next()
        {
            state += 0x9E3779B97F4A7C15;
            var z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
        }
    }
}
