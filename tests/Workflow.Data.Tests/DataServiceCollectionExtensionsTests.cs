using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Workflow.Data.Lineage;
using Workflow.Data.Metadata;
using Workflow.Data.Partitions;
using Workflow.Data.Registry;
using Workflow.Data.Registry.Webhooks;
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

    [Fact]
    public async Task A_host_with_webhooks_delivers_over_http()
    {
        using var listener = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort()}/";
        listener.Prefixes.Add(address);
        listener.Start();
        var configuration = new ConfigurationBuilder().Add(new MemorySource("Workflow:Data:Webhooks:Secrets:main", "a secret that is long enough")).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration);
        services.AddWorkflowData(o => o.Root = _folder.Path).AddWebhooks(o => o.Interval = TimeSpan.FromSeconds(0.1)).AddWebhooks();
        await using var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        provider.GetRequiredService<IStartupValidator>().Validate();
        var hosted = Assert.Single(provider.GetServices<IHostedService>());
        await hosted.StartAsync(TestContext.Current.CancellationToken);

        await provider.GetRequiredService<WebhookStore>().AddAsync(new WebhookDraft { Name = "local", Url = address, Secret = "main", Actor = "owner" });
        var registry = provider.GetRequiredService<ModelRegistry>();
        await registry.RegisterAsync(Registry.RegistryFixture.Draft("delay", 1));
        await registry.SetAliasAsync(Registry.RegistryFixture.Change("delay", "champion", 1));
        var context = await listener.GetContextAsync().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        Assert.Equal("POST application/json", $"{context.Request.HttpMethod} {context.Request.ContentType}");
        Assert.True(WebhookSignature.Verify("a secret that is long enough", name => context.Request.Headers[name], body.ToArray(), TimeProvider.System));
        context.Response.StatusCode = 204;
        context.Response.Close();
        while ((await provider.GetRequiredService<WebhookStore>().ListDeliveriesAsync(WebhookDeliveryStatus.Delivered)).IsEmpty)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        await hosted.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Bad_webhook_options_are_all_named_and_secrets_are_not()
    {
        var services = new ServiceCollection();
        services.AddWorkflowData().AddWebhooks(o =>
        {
            o.AllowedHosts.Add("not a host");
            o.Secrets["short"] = "s3cret";
            o.Secrets["broken"] = "whsec_***";
            (o.MaxAttempts, o.FirstPause, o.Timeout) = (0, TimeSpan.FromHours(2), TimeSpan.Zero);
        });
        using var provider = services.BuildServiceProvider();
        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());
        Assert.Equal(6, exception.Failures.Count());
        Assert.DoesNotContain("s3cret", exception.Message, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
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
