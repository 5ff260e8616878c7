using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Workflow.Data.Chunking;
using Workflow.Numerics.Random;

namespace Workflow.Benchmarks.Data;

/// <summary>Cutting content into chunks: the kernel against the definition, alone and with the SHA-256 that names each chunk.</summary>
[MemoryDiagnoser]
public class ChunkingBenchmarks
{
    private readonly byte[] _hash = new byte[32];
    private byte[] _content = [];

    /// <summary>One that the cache holds and one that it does not.</summary>
    [Params(1, 256)]
    public int Mebibytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _content = new byte[Mebibytes << 20];
        var random = new Philox(20_260_101, "chunking");
        for (var i = 0; i < _content.Length; i += 4)
        {
            BitConverter.TryWriteBytes(_content.AsSpan(i), random.NextUInt32());
        }
    }

    /// <summary>The definition, byte by byte with a rolling hash.</summary>
    [Benchmark(Baseline = true)]
    public int ByteByByte()
    {
        var chunks = 0;
        for (var start = 0; start < _content.Length; chunks++)
        {
            start += CutByteByByte(_content.AsSpan(start));
        }

        return chunks;
    }

    [Benchmark]
    public int Kernel()
    {
        var chunks = 0;
        for (var start = 0; start < _content.Length; chunks++)
        {
            start += GearChunking.FindCut(_content.AsSpan(start), GearTable.Plain);
        }

        return chunks;
    }

    [Benchmark]
    public int KernelAndSha256()
    {
        var chunks = 0;
        for (var start = 0; start < _content.Length; chunks++)
        {
            var length = GearChunking.FindCut(_content.AsSpan(start), GearTable.Plain);
            SHA256.HashData(_content.AsSpan(start, length), _hash);
            start += length;
        }

        return chunks;
    }

    [Benchmark]
    public int Sha256Alone()
    {
        var pieces = 0;
        for (var start = 0; start < _content.Length; start += 1 << 16, pieces++)
        {
            SHA256.HashData(_content.AsSpan(start, Math.Min(1 << 16, _content.Length - start)), _hash);
        }

        return pieces;
    }

    private static int CutByteByByte(ReadOnlySpan<byte> bytes)
    {
        var table = GearTable.Plain;
        ulong hash = 0;
        var secondBest = 0;
        var end = Math.Min(bytes.Length, GearChunking.MaximumLength);
        for (var n = 1; n <= end; n++)
        {
            hash = (hash << 1) + table[bytes[n - 1]];
            if (n < GearChunking.MinimumLength)
            {
                continue;
            }

            if (hash >> 48 == 0)
            {
                return n;
            }

            if (hash >> 50 == 0)
            {
                secondBest = n;
            }
        }

        return end < GearChunking.MaximumLength || secondBest == 0 ? end : secondBest;
    }
}
