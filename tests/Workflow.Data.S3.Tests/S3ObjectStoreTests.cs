using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Workflow.Data.Storage;
using Workflow.Testing.Storage;

namespace Workflow.Data.S3;

public sealed class S3ObjectStoreTests : ObjectStoreConformance, IAsyncLifetime
{
    private ServiceProvider? _services;

    protected override IObjectStore Store => _services!.GetRequiredService<IObjectStore>();

    public async ValueTask InitializeAsync()
    {
        var bucket = await TestBucket.CreateAsync();
        var services = new ServiceCollection();
        services.AddWorkflowData().UseS3(o =>
        {
            (o.Bucket, o.Endpoint, o.AccessKeyId, o.SecretAccessKey) = (bucket.Bucket, bucket.Endpoint, bucket.AccessKeyId, bucket.SecretAccessKey);
        });
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
    public void The_store_of_objects_is_in_s3_and_its_remotes_can_be_opened()
    {
        Assert.IsType<BlobObjectStore>(Store);
        Assert.Equal(["s3"], Assert.Single(_services!.GetServices<IBlobStoreProvider>()).Schemes);
    }

    [Fact]
    public void Wrong_options_are_all_told_at_once()
    {
        var services = new ServiceCollection();
        services.AddWorkflowData().UseS3(o => (o.Bucket, o.Endpoint, o.MaxRetries, o.PartBytes, o.AccessKeyId) = ("", "not an address", 99, 1, "id"));
        using var provider = services.BuildServiceProvider();
        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IObjectStore>());
        Assert.Equal(5, exception.Failures.Count());
    }

    protected override async Task CorruptAsync(ContentDigest digest)
    {
        var blobs = _services!.GetRequiredService<S3BlobStore>();
        var name = $"{digest.Hex[..2]}/{digest.Hex[2..]}";
        await using var stream = await blobs.OpenReadAsync(name);
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes);
        bytes[^1] ^= 1;
        await blobs.PutAsync(name, new MemoryStream(bytes));
    }
}
