using System.Buffers.Binary;
using Workflow.Numerics.Random;

namespace Workflow.Data.Tests.Chunking;

/// <summary>Content for tests, the same for the same arguments.</summary>
internal static class ChunkData
{
    public static byte[] Bytes(uint seed, int length, int alphabet = 256)
    {
        var random = new Philox(seed, "chunks", 0);
        var bytes = new byte[length + 8];
        for (var i = 0; i < length; i += 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i), random.NextUInt64());
        }

        if (alphabet < 256)
        {
            for (var i = 0; i < length; i++)
            {
                bytes[i] = (byte)(bytes[i] % alphabet);
            }
        }

        return bytes[..length];
    }
}
