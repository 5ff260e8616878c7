using Apache.Arrow;
using Workflow.Data.Tables;
using Workflow.Training.Trainers;

namespace Workflow.PublicApi.Tests;

/// <summary>A trainer as a user would write one: it learns the mean of a float32 label.</summary>
internal sealed class ConstantTrainer(ConstantOptions options) : Trainer<ConstantOptions>(options)
{
    public override TrainerCapabilities Capabilities { get; } = new()
    {
        Task = LearningTask.Regression,
        AcceptsMissingValues = true,
        AcceptsCategories = true,
        AcceptsWeights = false,
        IsDeterministic = true,
        IsExportable = false,
        ExportObstacle = "a constant has no graph",
    };

    protected override async Task<FittedModel> FitCoreAsync(
        TableSource train, TableSource? validation, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var (sum, count) = (0.0, 0L);
        await foreach (var batch in train.ReadAsync([Options.Label], cancellationToken))
        {
            using (batch)
            {
                foreach (var value in ((FloatArray)batch.Column(0)).Values)
                {
                    sum += value;
                }

                count += batch.Length;
            }
        }

        var inputs = new Schema(Options.Features.Select(train.Schema.GetFieldByName), metadata: null);
        return new ConstantModel(inputs, (sum / count) + Options.Shift);
    }
}
