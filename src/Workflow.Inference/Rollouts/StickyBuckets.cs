using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Workflow.Inference.Rollouts;

/// <summary>Puts a key into one of 10,000 buckets: always the same one in one rollout, an unrelated one in another.</summary>
internal static class StickyBuckets
{
    public const int Count = 10_000;

    public static int BucketOf(string salt, string key)
    {
        // A separator that neither part can contain unnoticed: the salt's length.
        Span<byte> buffer = stackalloc byte[512];
        var size = sizeof(int) + Encoding.UTF8.GetMaxByteCount(salt.Length) + Encoding.UTF8.GetMaxByteCount(key.Length);
        var bytes = size <= buffer.Length ? buffer : new byte[size];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, salt.Length);
        var length = sizeof(int);
        length += Encoding.UTF8.GetBytes(salt, bytes[length..]);
        length += Encoding.UTF8.GetBytes(key, bytes[length..]);
        return (int)(XxHash3.HashToUInt64(bytes[..length]) % Count);
    }

    public static ulong HashOf(string metric, string key) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(key), (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(metric)));
}
