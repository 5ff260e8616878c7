using System.Buffers.Binary;

namespace Workflow.Features.Redis;

/// <summary>CRC-64 of Jones's polynomial, reflected: the checksum of Redis's dumps. Eight bytes at a time.</summary>
internal static class Crc64
{
    private const ulong Polynomial = 0x95ac9329ac4bc9b5;
    private static readonly ulong[][] Tables = MakeTables();

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var crc = 0ul;
        var tables = Tables;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            crc ^= BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            crc = tables[7][(byte)crc] ^ tables[6][(byte)(crc >> 8)] ^ tables[5][(byte)(crc >> 16)] ^ tables[4][(byte)(crc >> 24)]
                ^ tables[3][(byte)(crc >> 32)] ^ tables[2][(byte)(crc >> 40)] ^ tables[1][(byte)(crc >> 48)] ^ tables[0][(byte)(crc >> 56)];
        }

        foreach (var value in bytes)
        {
            crc = tables[0][(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return crc;
    }

    private static ulong[][] MakeTables()
    {
        var tables = Enumerable.Range(0, 8).Select(static _ => new ulong[256]).ToArray();
        for (var i = 0; i < 256; i++)
        {
            var crc = (ulong)i;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ Polynomial : crc >> 1;
            }

            tables[0][i] = crc;
        }

        for (var i = 0; i < 256; i++)
        {
            for (var t = 1; t < 8; t++)
            {
                tables[t][i] = (tables[t - 1][i] >> 8) ^ tables[0][(byte)tables[t - 1][i]];
            }
        }

        return tables;
    }
}
