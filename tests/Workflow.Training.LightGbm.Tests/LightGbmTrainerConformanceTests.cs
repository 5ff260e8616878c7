using Workflow.Data.Registry;
using Workflow.Inference.Scoring;
using Workflow.Testing.Trainers;
using Workflow.Training.Trainers;

namespace Workflow.Training.LightGbm.Tests;

public sealed class LightGbmTrainerConformanceTests : TrainerConformance, IDisposable
{
    private OnnxScorer? _scorer;

    protected override Trainer Create(TrainerSetup setup) => new LightGbmTrainer(new LightGbmOptions
    {
        Features = setup.Features,
        Label = setup.Label,
        Seed = setup.Seed,
        Iterations = setup.Iterations,
        StopWhen = setup.StopWhen,
        RowFraction = 0.8,
    });

    protected override ScoreBatch OpenExported(Stream exported)
    {
        using var bytes = new MemoryStream();
        exported.CopyTo(bytes);
        _scorer = OnnxScorer.FromBytes(bytes.ToArray());
        return _scorer.ScoreAsync;
    }

    public void Dispose() => _scorer?.Dispose();

    protected override async Task<FittedModel> LoadAsync(Stream saved) => await LightGbmModel.LoadAsync(saved);
}
