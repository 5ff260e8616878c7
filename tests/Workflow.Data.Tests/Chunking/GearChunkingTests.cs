using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Workflow.Data.Chunking;
using Workflow.Numerics.Random;

namespace Workflow.Data.Tests.Chunking;

public sealed class GearChunkingTests
{
    [Fact]
    public void Agrees_with_the_definition() =>
        Gen.Select(Gen.UInt, Gen.Int[0, 300_000], Gen.Int[1, 256]).Sample(
            (seed, length, alphabet) =>
            {
                var bytes = ChunkData.Bytes(seed, length, alphabet);
                for (var start = 0; start < length;)
                {
                    var cut = GearChunking.FindCut(bytes.AsSpan(start), GearTable.Plain);
                    Assert.Equal(CutByDefinition(bytes.AsSpan(start), GearTable.Plain), cut);
                    start += cut;
                }
            },
            iter: 60);

    [Fact]
    public void Bytes_behind_the_longest_chunk_do_not_matter()
    {
        var bytes = ChunkData.Bytes(1, 400_000);
        Assert.Equal(
            GearChunking.FindCut(bytes, GearTable.Plain),
            GearChunking.FindCut(bytes.AsSpan(0, GearChunking.MaximumLength), GearTable.Plain));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(8192, 8192)]
    [InlineData(200_000, 131_072)]
    public void Content_of_one_byte_is_cut_at_the_limits(int length, int expected) =>
        Assert.Equal(expected, GearChunking.FindCut(new byte[length], GearTable.Plain));

    [Fact]
    public void The_table_is_the_one_of_the_format()
    {
        // Reviewed against FORMAT.md with another program: SHA-256("workflow-gear-1" + i), first eight bytes, little-endian.
        for (var i = 0; i < 256; i++)
        {
            var hash = SHA256.HashData([.. Encoding.ASCII.GetBytes("workflow-gear-1"), (byte)i]);
            Assert.Equal(BitConverter.ToUInt64(hash), GearTable.Plain[i]);
        }

        Assert.Equal(256, GearTable.Plain.ToArray().Distinct().Count());
    }

    [Fact]
    public void Chunks_of_random_content_have_the_promised_mean_length()
    {
        var bytes = ChunkData.Bytes(7, 32 << 20);
        var count = 0;
        for (var start = 0; start < bytes.Length; count++)
        {
            start += GearChunking.FindCut(bytes.AsSpan(start), GearTable.Plain);
        }

        // Minimum 8 KiB plus an exponential of 64 KiB that ends at 128 KiB: about 63 KiB.
        Assert.InRange(bytes.Length / count, 56_000, 72_000);
    }

    [Fact]
    public void Cutting_allocates_nothing()
    {
        var bytes = ChunkData.Bytes(3, 1 << 20);
        Cut(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Cut(bytes);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static int Cut(byte[] bytes)
    {
        var count = 0;
        for (var start = 0; start < bytes.Length; count++)
        {
            start += GearChunking.FindCut(bytes.AsSpan(start), GearTable.Plain);
        }

        return count;
    }

    // The oracle: the formula of GearChunking's remarks, with nothing kept from byte to byte.
    private static int CutByDefinition(ReadOnlySpan<byte> bytes, ReadOnlySpan<ulong> table)
    {
        for (var n = 1; n <= bytes.Length; n++)
        {
            if (n == 128 * 1024)
            {
                return n;
            }

            if (n < 8 * 1024)
            {
                continue;
            }

            ulong hash = 0;
            for (var k = 0; k < 64; k++)
            {
                hash += table[bytes[n - 1 - k]] << k;
            }

            if (hash >> 48 == 0)
            {
                return n;
            }
        }

        return bytes.Length;
    }
}
