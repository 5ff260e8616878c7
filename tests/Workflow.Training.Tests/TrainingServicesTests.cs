using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Workflow.Training.Experiments;
using Workflow.Training.Gates;

namespace Workflow.Training.Tests;

public sealed class TrainingServicesTests
{
    [Fact]
    public void Gives_a_host_the_store_and_the_gate_once()
    {
        var services = new ServiceCollection();
        services.AddWorkflowTraining();
        var count = services.Count(d => d.ServiceType == typeof(PairedBootstrapGate) || d.ServiceType == typeof(ExperimentStore));
        services.AddWorkflowTraining(o => o.Resamples = 300);
        Assert.Equal((2, 2), (count, services.Count(d => d.ServiceType == typeof(PairedBootstrapGate) || d.ServiceType == typeof(ExperimentStore))));
        using var provider = services.BuildServiceProvider();
        Assert.Same(provider.GetRequiredService<PairedBootstrapGate>(), provider.GetRequiredService<PairedBootstrapGate>());
        Assert.NotNull(provider.GetRequiredService<ExperimentStore>());
        Assert.Equal(300, provider.GetRequiredService<IOptions<GateOptions>>().Value.Resamples);
    }

    [Fact]
    public void A_bad_rule_stops_the_host()
    {
        var services = new ServiceCollection();
        services.AddWorkflowTraining(o => o.Confidence = 2);
        using var provider = services.BuildServiceProvider();
        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());
        Assert.Contains("Confidence is 2", error.Message, StringComparison.Ordinal);
    }
}
