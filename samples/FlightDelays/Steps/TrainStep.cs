using System.Globalization;
using FlightDelays.Flights;
using FlightDelays.Loop;
using Workflow.Data.Storage;
using Workflow.Data.Tables;
using Workflow.Training.Experiments;
using Workflow.Training.LightGbm;

namespace FlightDelays.Steps;

/// <summary>Trains a model with early stopping, logs the run, and writes the model in LightGBM's format and as ONNX.</summary>
internal sealed class TrainStep(string work, ExperimentStore experiments, ProgressLine progress)
{
    /// <summary>Gives the names of a model's files.</summary>
    public static string TextOf(string role) => $"models/{role}.txt";

    /// <summary>Gives the name of a model's ONNX file.</summary>
    public static string OnnxOf(string role) => $"models/{role}.onnx";

    public async Task<StepOutcome> RunAsync(string role, TableSource rows, TrainingPeriod period, LightGbmOptions options, IReadOnlyDictionary<string, string> inputs, CancellationToken cancellationToken)
    {
        // One id for one training on the same inputs: a rerun after a crash continues the run instead of making another.
        var parameters = FlightModel.Parameters(options);
        var identity = string.Join('\n', inputs.Concat(parameters).Append(new("period", period.ToString())).Select(p => $"{p.Key}={p.Value}"));
        var run = $"{role}-{ContentDigest.Of(System.Text.Encoding.UTF8.GetBytes(identity)).Hex[..12]}";
        await experiments.StartRunAsync(
            new RunDraft { Experiment = FlightModel.Name, Name = role, Id = run, Parameters = parameters, Environment = ExperimentEnvironment.Capture() },
            cancellationToken);

        using var model = await FlightModel.TrainAsync(rows, period, options, progress, cancellationToken);
        await AtomicFile.WriteAsync(Path.Combine(work, TextOf(role)), model.SaveAsync, cancellationToken);
        var metadata = inputs.ToDictionary(p => $"lineage.{p.Key}", p => p.Value, StringComparer.Ordinal);
        metadata["lineage.run"] = run;
        await AtomicFile.WriteAsync(Path.Combine(work, OnnxOf(role)), (stream, token) => model.ExportOnnxAsync(stream, metadata, token), cancellationToken);

        var logLoss = double.Parse(model.Facts["validation.value"], CultureInfo.InvariantCulture);
        await experiments.LogMetricsAsync(run, [new MetricPoint("validation log loss", logLoss)], cancellationToken);
        await experiments.FinishAsync(run, ExperimentStatus.Finished, cancellationToken);
        return new StepOutcome(
            string.Create(CultureInfo.InvariantCulture, $"{period}: {model.Facts["iterations.kept"]} trees kept of {model.Facts["iterations.run"]}, validation log loss {logLoss:F4}; run {run}"),
            new Dictionary<string, string> { ["run"] = run, ["trees"] = model.Facts["iterations.kept"] },
            TextOf(role),
            OnnxOf(role));
    }
}
