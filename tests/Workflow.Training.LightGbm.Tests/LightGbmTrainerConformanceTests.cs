using Workflow.Testing.Trainers;
using Workflow.Training.Trainers;

namespace Workflow.Training.LightGbm.Tests;

public sealed class LightGbmTrainerConformanceTests : TrainerConformance
{
    protected override Trainer Create(TrainerSetup setup) => new LightGbmTrainer(new LightGbmOptions
    {
        Features = setup.Features,
        Label = setup.Label,
        Seed = setup.Seed,
        Iterations = setup.Iterations,
        StopWhen = setup.StopWhen,
        RowFraction = 0.8,
    });

    protected override async Task<FittedModel> LoadAsync(Stream saved) => await LightGbmModel.LoadAsync(saved);
}
