using Workflow.Servers;

namespace Workflow.Data.S3;

/// <summary>A new bucket for each test.</summary>
internal static class TestBucket
{
    public static async Task<S3Options> CreateAsync(string prefix = "")
    {
        var endpoint = await MotoServer.RequireAsync();
        var bucket = $"b{Guid.NewGuid():n}";
        await MotoServer.CreateBucketAsync(endpoint, bucket);
        return new S3Options { Bucket = bucket, Prefix = prefix, Endpoint = endpoint, AccessKeyId = "id", SecretAccessKey = "secret", PartBytes = 5 << 20 };
    }
}
