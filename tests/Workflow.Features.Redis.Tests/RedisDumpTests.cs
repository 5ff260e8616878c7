using StackExchange.Redis;
using Workflow.Servers;

namespace Workflow.Features.Redis.Tests;

public sealed class RedisDumpTests
{
    [Fact]
    public void The_checksum_is_that_of_Redis()
    {
        // The check value in Redis's own source.
        Assert.Equal(0xe9c6d914c4b8d9caul, Crc64.Of("123456789"u8));
        Assert.Equal(Bitwise([.. Enumerable.Range(0, 1000).Select(static i => (byte)(i * 7))]), Crc64.Of([.. Enumerable.Range(0, 1000).Select(static i => (byte)(i * 7))]));
    }

    [Fact]
    public async Task Redis_takes_a_dump_and_has_the_same_fields()
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{await RedisServer.RequireAsync()}");
        var database = connection.GetDatabase();
        var dump = new RedisDump();
        var random = new Random(1);
        foreach (var count in new[] { 1, 2, 50, 64, 200, 5_000 })
        {
            var fields = new Dictionary<string, byte[]>();
            while (fields.Count < count)
            {
                // Digits, which Redis itself would keep as numbers, empty values, and every kind of length.
                var value = new byte[fields.Count % 40 == 7 ? random.Next(5_000) : fields.Count % 40 == 9 ? random.Next(60, 140) : random.Next(12)];
                random.NextBytes(value);
                fields[fields.Count % 3 == 0 ? random.Next(10_000).ToString("d4", System.Globalization.CultureInfo.InvariantCulture) : $"f{fields.Count}"] = fields.Count % 5 == 0 ? "1234"u8.ToArray() : value;
            }

            dump.Begin();
            foreach (var (field, value) in fields)
            {
                dump.Add(System.Text.Encoding.ASCII.GetBytes(field));
                dump.Add(value);
            }

            RedisKey key = $"dump{Guid.NewGuid():n}";
            await database.KeyRestoreAsync(key, dump.End());
            Assert.Equal(count, await database.HashLengthAsync(key));
            foreach (var (field, value) in fields)
            {
                Assert.Equal(value, (byte[])(await database.HashGetAsync(key, field))!);
            }

            // It grows and shrinks like one that Redis made.
            await database.HashSetAsync(key, "more", "x");
            await database.HashDeleteAsync(key, fields.Keys.First());
            Assert.Equal(count, (await database.HashGetAllAsync(key)).Length);
        }
    }

    private static ulong Bitwise(byte[] bytes)
    {
        var crc = 0ul;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x95ac9329ac4bc9b5 : crc >> 1;
            }
        }

        return crc;
    }
}
