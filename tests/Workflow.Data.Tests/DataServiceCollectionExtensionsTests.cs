using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Workflow.Data.Lineage;
using Workflow.Data.Metadata;
using Workflow.Data.Partitions;
using Workflow.Data.Registry;
using Workflow.Data.Storage;

namespace Workflow.Data.Tests;

public sealed class DataServiceCollectionExtensionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_host_without_configuration_gets_everything_under_the_root()
    {
        var services = new ServiceCollection();
        Assert.Same(services, services.AddWorkflowData(o => o.Root = _folder.Path).Services);
        using var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        var store = provider.GetRequiredService<IObjectStore>();
        var digest = await store.PutAsync(new MemoryStream(Encoding.UTF8.GetBytes("hello")));
        Assert.True(File.Exists(Path.Combine(_folder.Path, "objects", digest.Hex[..2], digest.Hex[2..])));

        var database = provider.GetRequiredService<MetadataDatabase>();
        Assert.Equal(Path.Combine(_folder.Path, "metadata.db"), database.Place);
        await using (var lease = await database.AcquireLeaseAsync("a", TimeSpan.FromMinutes(1)))
        {
            Assert.Equal(1, lease?.Token);
        }

        Assert.Empty(await provider.GetRequiredService<ModelRegistry>().ListAsync());
        Assert.Empty((await provider.GetRequiredService<LineageStore>().UpstreamAsync(new LineageNode("run", "1"))).Edges);
        Assert.Same(provider.GetRequiredService<ModelRegistry>(), provider.GetRequiredService<ModelRegistry>());
        Assert.IsType<LocalPartitionRunner>(provider.GetRequiredService<IPartitionRunner>());
    }

    [Fact]
    public void The_section_is_bound_and_code_has_the_last_word()
    {
        var configuration = new ConfigurationBuilder().Add(new MemorySource("Workflow:Data:Root", "from-configuration")).Add(new MemorySource("Workflow:Data:MaxParallelism", "3")).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration);
        services.AddWorkflowData();
        services.AddWorkflowData(o => o.MaxParallelism = 4);
        using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptions<DataOptions>>().Value;
        Assert.Equal("from-configuration", options.Root);
        Assert.Equal(4, options.MaxParallelism);
    }

    [Fact]
    public void Adding_it_twice_adds_no_service_twice()
    {
        var services = new ServiceCollection();
        services.AddWorkflowData();
        var once = services.Count(s => s.ServiceType.Assembly == typeof(DataOptions).Assembly || s.ServiceType == typeof(TimeProvider));
        services.AddWorkflowData();
        Assert.Equal(once, services.Count(s => s.ServiceType.Assembly == typeof(DataOptions).Assembly || s.ServiceType == typeof(TimeProvider)));
    }

    [Fact]
    public void Bad_options_are_all_named_at_start()
    {
        var services = new ServiceCollection();
        services.AddWorkflowData(o => (o.Root, o.MaxParallelism) = (" ", 0));
        using var provider = services.BuildServiceProvider();
        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());
        Assert.Contains(exception.Failures, f => f.Contains(nameof(DataOptions.Root), StringComparison.Ordinal));
        Assert.Contains(exception.Failures, f => f.Contains(nameof(DataOptions.MaxParallelism), StringComparison.Ordinal));
    }

    private sealed class MemorySource(string key, string value) : ConfigurationProvider, IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder)
        {
            Set(key, value);
            return this;
        }
    }
}
