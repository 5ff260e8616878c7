using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Workflow.Data.Storage;
using Workflow.Testing.Storage;

namespace Workflow.Data.AzureBlobs;

public sealed class AzureObjectStoreTests : ObjectStoreConformance, IAsyncLifetime
{
    private ServiceProvider? _services;

    protected override IObjectStore Store => _services!.GetRequiredService<IObjectStore>();

    public async ValueTask InitializeAsync()
    {
        var container = await TestContainer.CreateAsync();
        var services = new ServiceCollection();
        services.AddWorkflowData().UseAzureBlobs(o =>
            (o.Container, o.Endpoint, o.AccountName, o.AccountKey) = (container.Container, container.Endpoint, container.AccountName, container.AccountKey));
        _services = services.BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }
    }

    [Fact]
    public void Wrong_options_are_all_told_at_once()
    {
        var services = new ServiceCollection();
        services.AddWorkflowData().UseAzureBlobs(o => (o.Container, o.Endpoint, o.MaxRetries, o.BlockBytes) = ("", "not an address", 99, 1));
        using var provider = services.BuildServiceProvider();
        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IObjectStore>());
        Assert.Equal(5, exception.Failures.Count());
    }

    protected override async Task CorruptAsync(ContentDigest digest)
    {
        var blobs = _services!.GetRequiredService<AzureBlobStore>();
        var name = $"{digest.Hex[..2]}/{digest.Hex[2..]}";
        await using var stream = await blobs.OpenReadAsync(name);
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes);
        bytes[^1] ^= 1;
        await blobs.PutAsync(name, new MemoryStream(bytes));
    }
}
