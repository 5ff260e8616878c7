using System.Globalization;
using FlightDelays.Flights;
using FlightDelays.Loop;
using Workflow.Data.Lineage;
using Workflow.Data.Registry;
using Workflow.Data.Storage;
using Workflow.Data.Tables;
using Workflow.Training.Evaluation;
using Workflow.Training.LightGbm;

namespace FlightDelays.Steps;

/// <summary>Evaluates a model on a month it has not seen, stores its ONNX form, registers it, and links it to what it came from.</summary>
internal sealed class RegisterStep(string work, IObjectStore objects, ModelRegistry registry, LineageStore lineage)
{
    public async Task<StepOutcome> RunAsync(string role, TableSource holdout, StepRecord training, IReadOnlyDictionary<string, string> inputs, CancellationToken cancellationToken)
    {
        await using var text = File.OpenRead(Path.Combine(work, TrainStep.TextOf(role)));
        using var model = await LightGbmModel.LoadAsync(text, cancellationToken);
        var scores = await BinaryScores.ScoreAsync(holdout, model.ScoreAsync, new BinaryColumns { Label = FlightRows.Late }, cancellationToken);
        var evaluation = BinaryEvaluation.Measure(scores);

        await using var onnx = File.OpenRead(Path.Combine(work, TrainStep.OnnxOf(role)));
        var artifact = await objects.PutAsync(onnx, cancellationToken);
        var run = training.Figures["run"];
        var version = await registry.RegisterAsync(
            new ModelVersionDraft
            {
                Name = FlightModel.Name,
                Artifact = artifact,
                Format = "onnx",
                Signature = model.Signature,
                RunId = run,
                CreatedBy = "flight-delays",
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["auc"] = Number(evaluation.AreaUnderCurve),
                    ["log loss"] = Number(evaluation.LogLoss),
                    ["evaluated rows"] = evaluation.Rows.ToString(CultureInfo.InvariantCulture),
                },
            },
            cancellationToken);

        var node = new LineageNode("model", version.Reference);
        var trained = new LineageNode("run", run);
        await lineage.LinkAsync(
            [.. inputs.Select(p => new LineageEdge(new LineageNode(p.Key, p.Value), trained, "input", version.CreatedAt)), new LineageEdge(trained, node, "produced", version.CreatedAt)],
            cancellationToken);
        return new StepOutcome(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{version.Reference}: AUC {evaluation.AreaUnderCurve:F4} [{evaluation.AreaLow:F4}, {evaluation.AreaHigh:F4}], log loss {evaluation.LogLoss:F4} on {evaluation.Rows:N0} flights"),
            new Dictionary<string, string>
            {
                ["version"] = version.Number.ToString(CultureInfo.InvariantCulture),
                ["auc"] = Number(evaluation.AreaUnderCurve),
                ["onnx"] = artifact.ToString(),
            });
    }

    /// <summary>Points an alias at a version, with what justifies it.</summary>
    public async Task<long> PromoteAsync(long version, string reason, ContentDigest? evidence, CancellationToken cancellationToken)
    {
        var assignment = await registry.SetAliasAsync(
            new AliasChange { Model = FlightModel.Name, Alias = "champion", Version = version, Actor = "flight-delays", Reason = reason, Evidence = evidence },
            cancellationToken);
        return assignment.Generation;
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
