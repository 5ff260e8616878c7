using System.Globalization;
using Workflow.Training.Trainers;

namespace Workflow.Training.LightGbm.Boosting;

/// <summary>Writes settings as the parameter string that LightGBM's C API takes.</summary>
internal static class TrainingParameters
{
    /// <summary>Gives the string for both the data sets and the booster: binning needs its settings when the data set is made.</summary>
    /// <param name="options">Validated settings.</param>
    /// <param name="seed">The seed, at least 0.</param>
    /// <remarks>Column-wise histograms and <c>deterministic</c> make the sums independent of the number of threads.</remarks>
    public static string Write(LightGbmOptions options, int seed) => string.Join(' ', Pairs(options, seed).Select(p => $"{p.Key}={p.Value}"));

    /// <summary>What LightGBM calls the metric.</summary>
    public static string Name(LightGbmMetric metric, LearningTask task) => metric switch
    {
        LightGbmMetric.LogLoss => task is LearningTask.MulticlassClassification ? "multi_logloss" : "binary_logloss",
        LightGbmMetric.AreaUnderCurve => "auc",
        LightGbmMetric.RootMeanSquaredError => "rmse",
        _ => "l1",
    };

    private static IEnumerable<KeyValuePair<string, string>> Pairs(LightGbmOptions o, int seed)
    {
        yield return new("objective", o.Task switch
        {
            LearningTask.BinaryClassification => "binary",
            LearningTask.MulticlassClassification => "multiclass",
            _ => "regression",
        });
        if (o.Classes is { } classes)
        {
            yield return new("num_class", Text(classes));
        }

        yield return new("metric", Name(o.EffectiveMetric, o.Task));
        yield return new("num_iterations", Text(o.Iterations));
        yield return new("learning_rate", Text(o.LearningRate));
        yield return new("num_leaves", Text(o.Leaves));
        yield return new("max_depth", Text(o.MaxDepth ?? -1));
        yield return new("min_data_in_leaf", Text(o.MinRowsPerLeaf));
        yield return new("min_sum_hessian_in_leaf", Text(o.MinHessianPerLeaf));
        yield return new("min_gain_to_split", Text(o.MinSplitGain));
        yield return new("lambda_l1", Text(o.L1Penalty));
        yield return new("lambda_l2", Text(o.L2Penalty));
        yield return new("feature_fraction", Text(o.FeatureFraction));
        if (o.RowFraction < 1)
        {
            yield return new("bagging_fraction", Text(o.RowFraction));
            yield return new("bagging_freq", "1");
        }

        if (o.PositiveWeight != 1)
        {
            yield return new("scale_pos_weight", Text(o.PositiveWeight));
        }

        yield return new("max_bin", Text(o.MaxBins));
        yield return new("bin_construct_sample_cnt", Text(o.BinningRows));
        yield return new("seed", Text(seed));
        yield return new("deterministic", "true");
        yield return new("force_col_wise", "true");
        yield return new("num_threads", Text(o.EffectiveThreads));
        yield return new("verbosity", "-1");
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
