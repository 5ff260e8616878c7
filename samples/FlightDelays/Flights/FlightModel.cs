using System.Globalization;
using Workflow.Data.Tables;
using Workflow.Training.LightGbm;
using Workflow.Training.Trainers;

namespace FlightDelays.Flights;

/// <summary>How a model of delays is trained: the same way for champion and challenger. Fixed beforehand.</summary>
internal static class FlightModel
{
    /// <summary>The registered model's name.</summary>
    public const string Name = "delay";

    /// <summary>At this probability a flight is announced as late.</summary>
    public const double Threshold = 0.5;

    /// <summary>Gives the settings.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="spoilt">Whether to train far too little, as the test of a bad challenger wants it.</param>
    public static LightGbmOptions Options(int seed, bool spoilt = false) => new()
    {
        Features = FlightFeatures.Service.FeatureNames,
        Label = FlightRows.Late,
        Seed = seed,
        Iterations = spoilt ? 2 : 200,
        LearningRate = 0.15,
        Leaves = spoilt ? 2 : 63,
        MinRowsPerLeaf = 100,
        FeatureFraction = 0.8,
        EarlyStoppingRounds = 15,
        MinImprovement = 1e-5,
    };

    /// <summary>Trains a model on the rows of [from, validation) and stops early on [validation, to).</summary>
    public static Task<FittedModel> TrainAsync(TableSource rows, TrainingPeriod period, LightGbmOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken) =>
        new LightGbmTrainer(options).FitAsync(
            FlightRows.Between(rows, period.From, period.Validation),
            FlightRows.Between(rows, period.Validation, period.To),
            progress,
            cancellationToken);

    /// <summary>Gives the settings as text, for the record of the run.</summary>
    public static Dictionary<string, string> Parameters(LightGbmOptions options) => new(StringComparer.Ordinal)
    {
        ["iterations"] = options.Iterations.ToString(CultureInfo.InvariantCulture),
        ["learning rate"] = options.LearningRate.ToString("R", CultureInfo.InvariantCulture),
        ["leaves"] = options.Leaves.ToString(CultureInfo.InvariantCulture),
        ["rows per leaf"] = options.MinRowsPerLeaf.ToString(CultureInfo.InvariantCulture),
        ["feature fraction"] = options.FeatureFraction.ToString("R", CultureInfo.InvariantCulture),
        ["early stopping rounds"] = options.EarlyStoppingRounds?.ToString(CultureInfo.InvariantCulture) ?? "none",
        ["seed"] = options.Seed?.ToString(CultureInfo.InvariantCulture) ?? "drawn",
    };
}
