using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Workflow.Data.Chunking;
using Workflow.Data.Storage;

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
    public void An_insertion_changes_one_chunk_or_two_and_seldom_more()
    {
        var content = ChunkData.Bytes(13, 24 << 20);
        var chunks = Chunks(content);
        var known = chunks.ToHashSet();
        var starts = new int[250];
        for (var i = 1; i < starts.Length; i++)
        {
            starts[i] = starts[i - 1] + chunks[i - 1].Length;
        }

        var costs = Enumerable.Range(0, 120).Select(i =>
        {
            // Only from the chunk's start on: what lies before is cut as it was.
            var position = starts[i * 2 % starts.Length] + (i * 997 % 60_000);
            var start = starts.Last(s => s <= position);
            byte[] part = [.. content.AsSpan(start, position - start), .. "inserted"u8, .. content.AsSpan(position, 2 << 20)];
            return Chunks(part).SkipLast(1).Where(c => !known.Contains(c)).Sum(c => c.Length);
        }).Order().ToArray();
        TestContext.Current.TestOutputHelper?.WriteLine($"median {costs[60]}, 95 % {costs[114]}, most {costs[^1]}");
        Assert.InRange(costs[114], 8, 150_000);
        Assert.InRange(costs.Average(), 8, 100_000);
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

    private static List<(int Length, ContentDigest Id)> Chunks(byte[] bytes)
    {
        var chunks = new List<(int, ContentDigest)>();
        for (var start = 0; start < bytes.Length; start += chunks[^1].Item1)
        {
            var length = GearChunking.FindCut(bytes.AsSpan(start), GearTable.Plain);
            chunks.Add((length, ContentDigest.Of(bytes.AsSpan(start, length))));
        }

        return chunks;
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

    // The oracle: the three rules of GearChunking's remarks, with nothing kept from byte to byte.
    private static int CutByDefinition(ReadOnlySpan<byte> bytes, ReadOnlySpan<ulong> table)
    {
        var secondBest = 0;
        for (var n = 8 * 1024; n <= Math.Min(bytes.Length, 128 * 1024); n++)
        {
            ulong hash = 0;
            for (var k = 0; k < 64; k++)
            {
                hash += table[bytes[n - 1 - k]] << k;
            }

            if ((hash & 0xFFFF_0000_0000_0000) == 0)
            {
                return n;
            }

            secondBest = (hash & 0xFFFC_0000_0000_0000) == 0 ? n : secondBest;
        }

        return bytes.Length < 128 * 1024 ? bytes.Length : secondBest > 0 ? secondBest : 128 * 1024;
    }
}
