using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Workflow.Data;
using Workflow.Data.Partitions;
using Workflow.Data.Registry;
using Workflow.Data.Storage;
using Workflow.Features.Offline;
using Workflow.Inference.Serving;
using Workflow.Monitoring;
using Workflow.Training.Experiments;
using Workflow.Training.Gates;

namespace Workflow.PublicApi.Tests;

public sealed class HostTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("workflow-host-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task All_packages_compose_in_one_host_and_bind_its_configuration()
    {
        await using var provider = Build(new()
        {
            ["Workflow:Data:Root"] = Path.Combine(_folder, "state"),
            ["Workflow:Data:MaxParallelism"] = "3",
            ["Workflow:Training:Gate:Resamples"] = "321",
            ["Workflow:Inference:Models:delay:KeepWarm"] = "00:00:07",
            ["Workflow:Monitoring:Models:delay:Retrain:MinimumNewLabels"] = "123",
        });
        provider.GetRequiredService<IStartupValidator>().Validate();

        Assert.Equal(3, provider.GetRequiredService<IOptions<DataOptions>>().Value.MaxParallelism);
        Assert.Equal(321, provider.GetRequiredService<IOptions<GateOptions>>().Value.Resamples);
        Assert.Equal(TimeSpan.FromSeconds(7), provider.GetRequiredService<IOptionsMonitor<ServedModelOptions>>().Get("delay").KeepWarm);
        Assert.Equal(123, provider.GetRequiredService<IOptionsMonitor<ModelMonitorOptions>>().Get("delay").Retrain.MinimumNewLabels);

        Assert.NotNull(provider.GetRequiredService<OfflineFeatures>());
        Assert.NotNull(provider.GetRequiredService<ExperimentStore>());
        Assert.NotNull(provider.GetRequiredService<PairedBootstrapGate>());
        Assert.NotNull(provider.GetRequiredService<ModelHost>());
        Assert.NotNull(provider.GetRequiredKeyedService<ModelMonitor>("delay"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
        Assert.Empty(await provider.GetRequiredService<ModelRegistry>().ListAsync(TestContext.Current.CancellationToken));
        Assert.True(File.Exists(Path.Combine(_folder, "state", "metadata.db")));
    }

    [Theory]
    [InlineData("Workflow:Data:MaxParallelism", "0", "MaxParallelism")]
    [InlineData("Workflow:Data:Root", " ", "Root")]
    [InlineData("Workflow:Training:Gate:Confidence", "2", "Confidence")]
    [InlineData("Workflow:Inference:Models:delay:KeepWarm", "-00:00:01", "KeepWarm")]
    [InlineData("Workflow:Monitoring:Models:delay:Retrain:MinimumNewLabels", "0", "delay")]
    public async Task A_bad_setting_is_refused_when_the_host_starts(string key, string value, string says)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = Environments.Development });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Workflow:Data:Root"] = _folder, [key] = value });
        Compose(builder.Services);
        using var host = builder.Build();
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_host_has_registered_itself_stays()
    {
        await using var provider = Build(new() { ["Workflow:Data:Root"] = _folder }, services => services
            .AddSingleton<IObjectStore, MemoryObjectStore>()
            .AddSingleton<IPartitionRunner, OneByOneRunner>());
        Assert.IsType<MemoryObjectStore>(provider.GetRequiredService<IObjectStore>());
        Assert.IsType<OneByOneRunner>(provider.GetRequiredService<IPartitionRunner>());
        Assert.Single(provider.GetServices<IObjectStore>());
    }

    [Fact]
    public async Task The_order_and_the_number_of_calls_do_not_matter()
    {
        var services = new ServiceCollection();
        services.AddWorkflowMonitoring();
        services.AddWorkflowInference();
        services.AddWorkflowTraining();
        services.AddWorkflowFeatures();
        services.AddWorkflowData(o => o.Root = _folder);
        var once = services.Count(d => !d.ServiceType.FullName!.Contains("Options", StringComparison.Ordinal));
        Compose(services, models: false);
        Assert.Equal(once, services.Count(d => !d.ServiceType.FullName!.Contains("Options", StringComparison.Ordinal)));
        await using var provider = services.BuildServiceProvider(Strict);
        Assert.Equal(_folder, provider.GetRequiredService<IOptions<DataOptions>>().Value.Root);
    }

    private static ServiceProviderOptions Strict => new() { ValidateOnBuild = true, ValidateScopes = true };

    private static ServiceProvider Build(Dictionary<string, string?> settings, Action<IServiceCollection>? own = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        own?.Invoke(services);
        Compose(services);
        return services.BuildServiceProvider(Strict);
    }

    private static void Compose(IServiceCollection services, bool models = true)
    {
        services.AddWorkflowData();
        services.AddWorkflowFeatures();
        services.AddWorkflowTraining();
        var inference = services.AddWorkflowInference();
        var monitoring = services.AddWorkflowMonitoring();
        if (models)
        {
            inference.AddModel("delay", m => m.FromRegistry("delay@champion"));
            monitoring.AddModel("delay");
        }
    }
}
