using Workflow.Training.Trainers;

namespace Workflow.Training.LightGbm;

/// <summary>Settings of a LightGBM training. Bound from <c>Workflow:Training:LightGbm</c> where a host adds it.</summary>
/// <remarks>The defaults are LightGBM's own where it has one, except for early stopping. Not thread-safe; a trainer takes a copy.</remarks>
public sealed class LightGbmOptions : TrainingOptions
{
    /// <summary>Gets or sets what is predicted. Default binary classification; ranking is not supported.</summary>
    public LearningTask Task { get; set; } = LearningTask.BinaryClassification;

    /// <summary>Gets or sets the number of classes, labelled 0, 1, …; needed for several classes, from 2 to 10,000, and null otherwise.</summary>
    public int? Classes { get; set; }

    /// <summary>Gets or sets the largest number of boosting iterations. Default 100; from 1 to 100,000.</summary>
    public int Iterations { get; set; } = 100;

    /// <summary>Gets or sets the shrinkage of each tree. Default 0.1; above 0, up to 1.</summary>
    public double LearningRate { get; set; } = 0.1;

    /// <summary>Gets or sets the largest number of leaves of a tree. Default 31; from 2 to 131,072.</summary>
    public int Leaves { get; set; } = 31;

    /// <summary>Gets or sets the largest depth of a tree, at least 1, or null for no limit.</summary>
    public int? MaxDepth { get; set; }

    /// <summary>Gets or sets the least number of rows in a leaf. Default 20; at least 0.</summary>
    public int MinRowsPerLeaf { get; set; } = 20;

    /// <summary>Gets or sets the least sum of second derivatives in a leaf. Default 0.001; at least 0.</summary>
    public double MinHessianPerLeaf { get; set; } = 1e-3;

    /// <summary>Gets or sets the least gain of a split. Default 0; at least 0.</summary>
    public double MinSplitGain { get; set; }

    /// <summary>Gets or sets the L1 penalty of leaf values. Default 0; at least 0.</summary>
    public double L1Penalty { get; set; }

    /// <summary>Gets or sets the L2 penalty of leaf values. Default 0; at least 0.</summary>
    public double L2Penalty { get; set; }

    /// <summary>Gets or sets the fraction of features that each tree may use. Default 1; above 0, up to 1.</summary>
    public double FeatureFraction { get; set; } = 1;

    /// <summary>Gets or sets the fraction of rows that a tree is grown on. Default 1; above 0, up to 1. Below 1, rows are drawn anew for every tree.</summary>
    public double RowFraction { get; set; } = 1;

    /// <summary>Gets or sets the weight of rows with label 1 in binary classification. Default 1; above 0.</summary>
    public double PositiveWeight { get; set; } = 1;

    /// <summary>Gets or sets the largest number of bins of a feature. Default 255; from 2 to 65,535.</summary>
    public int MaxBins { get; set; } = 255;

    /// <summary>Gets or sets how many rows are drawn to find the bins. Default 200,000; at least 1.</summary>
    public int BinningRows { get; set; } = 200_000;

    /// <summary>Gets or sets what decides which iteration is best; null for the task's own: log loss, or root mean squared error.</summary>
    public LightGbmMetric? Metric { get; set; }

    /// <summary>Gets or sets after how many iterations without improvement on the validation rows training stops. Default 50; at least 1, or null for never. Without validation rows it has no effect.</summary>
    public int? EarlyStoppingRounds { get; set; } = 50;

    /// <summary>Gets or sets by how much the metric must improve to count as an improvement. Default 0; at least 0.</summary>
    public double MinImprovement { get; set; }

    /// <summary>Gets or sets the number of threads, at least 1; null for all that the process may use (the limit of its container). Default null.</summary>
    /// <remarks>LightGBM's thread count is one for the whole process: a training waits while others run with another number.</remarks>
    public int? Threads { get; set; }

    internal LightGbmMetric EffectiveMetric => Metric ?? (Task is LearningTask.Regression ? LightGbmMetric.RootMeanSquaredError : LightGbmMetric.LogLoss);

    internal int EffectiveThreads => Threads ?? Environment.ProcessorCount;

    internal IEnumerable<string> FaultsAtStart() => SettingFaults();

    /// <inheritdoc/>
    protected override IEnumerable<string> SettingFaults() => base.SettingFaults().Concat(TaskFaults()).Concat(RangeFaults());

    private IEnumerable<string> TaskFaults()
    {
        if (Task is not (LearningTask.BinaryClassification or LearningTask.MulticlassClassification or LearningTask.Regression))
        {
            yield return $"{nameof(Task)} is {Task}; LightGBM here learns {LearningTask.BinaryClassification}, {LearningTask.MulticlassClassification} and {LearningTask.Regression}.";
        }

        var isMulticlass = Task is LearningTask.MulticlassClassification;
        if (isMulticlass ? Classes is not (>= 2 and <= 10_000) : Classes is not null)
        {
            yield return isMulticlass
                ? $"{nameof(Classes)} is {Classes?.ToString(Invariant) ?? "null"}; give the number of classes, from 2 to 10,000."
                : $"{nameof(Classes)} is {Classes}; leave it null for {Task}.";
        }

        if (Metric is { } metric && !Fits(metric))
        {
            yield return $"{nameof(Metric)} {metric} does not measure {Task}; choose another or null.";
        }

        if (PositiveWeight != 1 && Task is not LearningTask.BinaryClassification)
        {
            yield return $"{nameof(PositiveWeight)} is {PositiveWeight.ToString(Invariant)}; it belongs to binary classification, leave it at 1.";
        }
    }

    private IEnumerable<string> RangeFaults() =>
    [
        .. Range(nameof(Iterations), Iterations, 1, 100_000),
        .. Range(nameof(LearningRate), LearningRate, double.Epsilon, 1),
        .. Range(nameof(Leaves), Leaves, 2, 131_072),
        .. Range(nameof(MaxDepth), MaxDepth ?? 1, 1, int.MaxValue),
        .. Range(nameof(MinRowsPerLeaf), MinRowsPerLeaf, 0, int.MaxValue),
        .. Range(nameof(MinHessianPerLeaf), MinHessianPerLeaf, 0, double.MaxValue),
        .. Range(nameof(MinSplitGain), MinSplitGain, 0, double.MaxValue),
        .. Range(nameof(L1Penalty), L1Penalty, 0, double.MaxValue),
        .. Range(nameof(L2Penalty), L2Penalty, 0, double.MaxValue),
        .. Range(nameof(FeatureFraction), FeatureFraction, double.Epsilon, 1),
        .. Range(nameof(RowFraction), RowFraction, double.Epsilon, 1),
        .. Range(nameof(PositiveWeight), PositiveWeight, double.Epsilon, double.MaxValue),
        .. Range(nameof(MaxBins), MaxBins, 2, 65_535),
        .. Range(nameof(BinningRows), BinningRows, 1, int.MaxValue),
        .. Range(nameof(EarlyStoppingRounds), EarlyStoppingRounds ?? 1, 1, int.MaxValue),
        .. Range(nameof(MinImprovement), MinImprovement, 0, double.MaxValue),
        .. Range(nameof(Threads), Threads ?? 1, 1, 1_024),
    ];

    private bool Fits(LightGbmMetric metric) => metric switch
    {
        LightGbmMetric.LogLoss => Task is LearningTask.BinaryClassification or LearningTask.MulticlassClassification,
        LightGbmMetric.AreaUnderCurve => Task is LearningTask.BinaryClassification,
        LightGbmMetric.RootMeanSquaredError or LightGbmMetric.MeanAbsoluteError => Task is LearningTask.Regression,
        _ => false,
    };

    // Written so that NaN is a fault too.
    private static IEnumerable<string> Range(string name, double value, double least, double greatest)
    {
        if (!(value >= least && value <= greatest))
        {
            var bounds = greatest >= int.MaxValue ? (least == double.Epsilon ? "a finite number above 0" : $"a finite number from {least.ToString(Invariant)}")
                : least == double.Epsilon ? $"a number above 0, up to {greatest.ToString(Invariant)}"
                : $"a number from {least.ToString(Invariant)} to {greatest.ToString(Invariant)}";
            yield return $"{name} is {value.ToString(Invariant)}; give {bounds}.";
        }
    }

    private static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;
}
