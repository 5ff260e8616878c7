using System.Buffers.Binary;

namespace Workflow.Data.Tests.Chunking;

/// <summary>Content for tests, the same for the same arguments.</summary>
internal static class ChunkData
{
    public static byte[] Bytes(uint seed, int length, int alphabet = 256)
    {
        // SplitMix64: half a gigabyte of it takes no time.
        var state = unchecked((ulong)seed * 0xD134_2543_DE82_EF95);
        var bytes = new byte[length + 8];
        for (var i = 0; i < length; i += 8)
        {
            state += 0x9E37_79B9_7F4A_7C15;
            var mixed = (state ^ (state >> 30)) * 0xBF58_476D_1CE4_E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i), mixed ^ (mixed >> 31));
        }

        if (alphabet < 256)
        {
            for (var i = 0; i < length; i++)
            {
                bytes[i] = (byte)(bytes[i] % alphabet);
            }
        }

        Array.Resize(ref bytes, length);
        return bytes;
    }
}
