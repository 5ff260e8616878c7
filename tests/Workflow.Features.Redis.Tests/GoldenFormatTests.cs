using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Features.Online.Stores;
using Workflow.Features.Views;
using Workflow.Repository;

namespace Workflow.Features.Redis.Tests;

public sealed class GoldenFormatTests
{
    [Fact]
    public void Every_field_has_the_bytes_of_its_name()
    {
        var names = Read("field-names.json").GetProperty("names").EnumerateArray().ToList();
        Assert.Equal(240, names.Count);
        foreach (var name in names)
        {
            Assert.Equal(name.GetProperty("murmur3_x86_32").GetUInt32(), Murmur3.Hash(Convert.FromHexString(name.GetProperty("utf8Hex").GetString()!)));
            Assert.Equal(name.GetProperty("fieldHex").GetString(), Convert.ToHexStringLower(FeastField.OfFeature(name.GetProperty("view").GetString()!, name.GetProperty("feature").GetString()!)));
        }
    }

    [Fact]
    public void Every_entity_key_of_the_versions_2_and_3_has_Feasts_bytes()
    {
        var compared = 0;
        foreach (var key in Read("entity-keys.json", isObject: false).EnumerateArray())
        {
            // Version 1 packed 64-bit integers into 32 bits: long gone.
            if (key.TryGetProperty("error", out _) || key.GetProperty("version").GetInt32() < 2)
            {
                continue;
            }

            var pairs = FeastKey.Sort(key.GetProperty("join_keys").EnumerateArray().Select(static k => k.GetString()!).Zip(key.GetProperty("values").EnumerateArray()), static p => p.First);
            var buffer = new ArrayBufferWriter<byte>();
            FeastKey.WriteNames([.. pairs.Select(static p => p.First)], key.GetProperty("version").GetInt32(), buffer);
            foreach (var (_, value) in pairs)
            {
                var (code, bytes) = Value(value);
                FeastKey.WriteValue(code, bytes, buffer);
            }

            Assert.Equal(key.GetProperty("hex").GetString(), Convert.ToHexStringLower(buffer.WrittenSpan));
            compared += WholeKey(key) ? 1 : 0;
        }

        Assert.True(compared > 100, $"{compared} keys of batches compared");
    }

    [Fact]
    public void Every_value_of_our_types_is_read_and_written_back_to_the_same_bytes()
    {
        var (compared, foreign) = (0, 0);
        foreach (var type in Read("redis/values.json", isObject: false).EnumerateArray())
        {
            var arrow = GoldenTypes.Of(type.GetProperty("type").GetString()!);
            var batch = type.GetProperty("batchWithNull").TryGetProperty("stored", out var stored) && stored.ValueKind == JsonValueKind.Array ? stored.EnumerateArray().ToList() : [];
            foreach (var value in type.GetProperty("cases").EnumerateArray().SelectMany(static c => new[] { c.GetProperty("proto"), c.GetProperty("stored") }).Concat(batch))
            {
                if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty("hex", out var hex) || hex.ValueKind != JsonValueKind.String)
                {
                    continue;
                }

                var bytes = Convert.FromHexString(hex.GetString()!);
                var column = new OnlineColumn(arrow ?? StringType.Default, 1);
                var status = new FeastValueReader(arrow ?? StringType.Default, column).Append(bytes);
                var read = column.Build();
                if (arrow is null)
                {
                    // Maps, sets, JSON, UUIDs and other members are never taken for a value of another type.
                    Assert.Equal(bytes.Length == 0 ? FeatureStatus.NullValue : FeatureStatus.Invalid, status);
                    Assert.True(read.IsNull(0));
                    foreign++;
                    continue;
                }

                Assert.Equal(GoldenTypes.Text(value.GetProperty("value")), GoldenTypes.Text(read, 0));
                Assert.Equal(read.IsNull(0) ? FeatureStatus.NullValue : FeatureStatus.Present, status);
                var buffer = new ArrayBufferWriter<byte>();
                new FeastValueWriter("f", read).Write(0, buffer);

                // What pandas stores for a missing time is null here.
                Assert.Equal(read.IsNull(0) ? "" : hex.GetString(), Convert.ToHexStringLower(buffer.WrittenSpan));
                compared++;
            }
        }

        Assert.True(compared > 150 && foreign > 30, $"{compared} and {foreign}");
    }

    [Fact]
    public async Task Names_whose_fields_collide_are_refused_when_the_table_is_registered()
    {
        await using var store = new RedisOnlineStore(await TestRedis.OptionsAsync());
        var collisions = Read("field-names.json").GetProperty("collisions").EnumerateArray().ToList();
        Assert.Equal(3, collisions.Count);
        foreach (var pair in collisions)
        {
            var (first, second) = (pair.GetProperty("feature1").GetString()!, pair.GetProperty("feature2").GetString()!);
            Assert.Equal(pair.GetProperty("fieldHex").GetString(), Convert.ToHexStringLower(FeastField.OfFeature("collide", first)));
            var table = Assert.Single(OnlineTable.Of(FeatureView.Define("collide", "s").Entity("e").EventTime("at").Latest(first, first).Latest(second, second).Build()));
            var schema = new Schema([new Field(first, DoubleType.Default, true), new Field(second, DoubleType.Default, true)], null);
            var exception = await Assert.ThrowsAsync<OnlineStoreException>(async () => await store.SaveAsync(table, new OnlineTableState { Digest = table.Digest, Schema = schema }));
            Assert.Equal(OnlineStoreFault.Unsupported, exception.Fault);
            Assert.All(new[] { first, second, pair.GetProperty("fieldHex").GetString()! }, text => Assert.Contains(text, exception.Message, StringComparison.Ordinal));
            Assert.Null(await store.FindAsync(table));
        }
    }

    private static JsonElement Read(string file, bool isObject = true)
    {
        var root = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Require($"golden/feast/{file}"))).RootElement;
        Assert.Equal(isObject ? JsonValueKind.Object : JsonValueKind.Array, root.ValueKind);
        return root;
    }

    private static (uint Code, byte[] Bytes) Value(JsonElement typed)
    {
        var value = typed.GetProperty("value");
        var number = new byte[8];
        switch (typed.GetProperty("type").GetString())
        {
            case "string_val":
                return (FeastKey.Text, Encoding.UTF8.GetBytes(value.GetString()!));
            case "bytes_val":
                return (FeastKey.Bytes, Convert.FromHexString(value.GetString()!));
            case "int32_val":
                BinaryPrimitives.WriteInt32LittleEndian(number, value.GetInt32());
                return (FeastKey.Int32, number[..4]);
            case var other:
                BinaryPrimitives.WriteInt64LittleEndian(number, value.GetInt64());
                return (other == "int64_val" ? FeastKey.Int64 : FeastKey.UnixTimestamp, number);
        }
    }

    // The same through a batch, as the store makes keys, where the types are those of entities.
    private static bool WholeKey(JsonElement key)
    {
        var names = key.GetProperty("join_keys").EnumerateArray().Select(static k => k.GetString()!).ToList();
        var values = key.GetProperty("values").EnumerateArray().ToList();
        var types = values.Select(static v => v.GetProperty("type").GetString() switch { "string_val" => EntityKeyType.String, "int64_val" => EntityKeyType.Int64, "int32_val" => EntityKeyType.Int32, "bytes_val" => (EntityKeyType?)EntityKeyType.Bytes, _ => null }).ToList();
        if (names.Count == 0 || types.Contains(null) || names.Distinct(StringComparer.Ordinal).Count() != names.Count)
        {
            return false;
        }

        var entity = new Entity("e", [.. names.Select((n, i) => new EntityKey(n, types[i]!.Value))]);
        var columns = values.Select((v, i) => GoldenTypes.Array(GoldenTypes.Of(types[i]!.Value.ToString())!, [v.GetProperty("value")])).ToArray();
        using var batch = new RecordBatch(new Schema([.. names.Select((n, i) => new Field(n, columns[i].Data.DataType, false))], null), columns, 1);
        var bytes = new FeastKey(entity, "é", key.GetProperty("version").GetInt32()).Of(batch, 0);
        Assert.Equal(key.GetProperty("hex").GetString() + "c3a9", Convert.ToHexStringLower(bytes!));
        return true;
    }
}
