using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Workflow.Data.Definitions;
using Workflow.Data.Storage;

namespace Workflow.Data.Tests.Definitions;

public sealed class CanonicalJsonTests
{
    private static readonly Gen<string> AnyText = Gen.OneOf(Gen.String[Gen.Char[' ', '~'], 0, 12], Gen.String[Gen.Char['\0', '\uD7FF'], 0, 12], Gen.Const("😀\uFB33"));

    private static readonly Gen<JsonNode?> AnyNode = Gen.Recursive<JsonNode?>((depth, inner) => depth > 4
        ? Leaf
        : Gen.Frequency(
            (3, Leaf),
            (1, inner.Array[0, 4].Select(items => (JsonNode?)new JsonArray([.. items]))),
            (1, Gen.Select(AnyText, inner).Array[0, 4].Select(members => (JsonNode?)new JsonObject(members.DistinctBy(m => m.Item1).Select(m => KeyValuePair.Create(m.Item1, m.Item2)))))));

    private static Gen<JsonNode?> Leaf => Gen.OneOf(
        Gen.Const(() => (JsonNode?)null),
        Gen.Bool.Select(b => (JsonNode?)JsonValue.Create(b)),
        AnyText.Select(s => (JsonNode?)JsonValue.Create(s)),
        Gen.Double.Where(double.IsFinite).Select(d => (JsonNode?)JsonValue.Create(d)),
        Gen.Long[-(1L << 53), 1L << 53].Select(l => (JsonNode?)JsonValue.Create(l)));

    // RFC 8785, section 3.2.2 and its result in section 3.2.4.
    [Fact]
    public void Agrees_with_the_example_of_the_rfc()
    {
        const string Input = """
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """;
        const string Hex = """
            7b 22 6c 69 74 65 72 61 6c 73 22 3a 5b 6e 75 6c 6c 2c 74 72 75 65 2c 66 61 6c 73 65 5d 2c 22 6e 75 6d 62 65 72 73 22 3a 5b 33 33 33 33 33 33 33 33 33 2e 33 33 33 33 33 33 33 2c 31 65 2b 33 30 2c
            34 2e 35 2c 30 2e 30 30 32 2c 31 65 2d 32 37 5d 2c 22 73 74 72 69 6e 67 22 3a 22 e2 82 ac 24 5c 75 30 30 30 66 5c 6e 41 27 42 5c 22 5c 5c 5c 5c 5c 22 2f 22 7d
            """;
        Assert.Equal(
            Convert.FromHexString(string.Concat(Hex.Where(char.IsAsciiHexDigit))),
            CanonicalJson.Serialize(JsonNode.Parse(Input)));
    }

    // RFC 8785, section 3.2.3: U+1F600 sorts before U+FB33, because its first code unit does.
    [Fact]
    public void Members_are_sorted_by_utf16_code_units()
    {
        var input = new JsonObject
        {
            ["\u20ac"] = "Euro Sign", ["\r"] = "Carriage Return", ["\uFB33"] = "Hebrew Letter Dalet With Dagesh", ["1"] = "One",
            ["😀"] = "Emoji: Grinning Face", ["\u0080"] = "Control", ["ö"] = "Latin Small Letter O With Diaeresis",
        };
        var names = JsonNode.Parse(CanonicalJson.Serialize(input))!.AsObject().Select(m => m.Value!.GetValue<string>());
        Assert.Equal(["Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh"], names);
    }

    // RFC 8785, appendix B.
    [Theory]
    [InlineData(0x0000000000000000, "0")]
    [InlineData(0x8000000000000000, "0")]
    [InlineData(0x0000000000000001, "5e-324")]
    [InlineData(0x8000000000000001, "-5e-324")]
    [InlineData(0x7fefffffffffffff, "1.7976931348623157e+308")]
    [InlineData(0xffefffffffffffff, "-1.7976931348623157e+308")]
    [InlineData(0x4340000000000000, "9007199254740992")]
    [InlineData(0xc340000000000000, "-9007199254740992")]
    [InlineData(0x4430000000000000, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6, "1e+23")]
    [InlineData(0x44b52d02c7e14af7, "1.0000000000000001e+23")]
    [InlineData(0x444b1ae4d6e2ef4e, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef4f, "999999999999999900000")]
    [InlineData(0x444b1ae4d6e2ef50, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0x41b3de4355555554, "333333333.33333325")]
    [InlineData(0x41b3de4355555555, "333333333.3333333")]
    [InlineData(0x41b3de4355555556, "333333333.3333334")]
    [InlineData(0x41b3de4355555557, "333333333.33333343")]
    [InlineData(0xbecbf647612f3696, "-0.0000033333333333333333")]
    [InlineData(0x43143ff3c1cb0959, "1424953923781206.2")]
    public void Agrees_with_the_numbers_of_the_rfc(ulong bits, string expected) => Assert.Equal(expected, CanonicalNumber.Format(BitConverter.UInt64BitsToDouble(bits)));

    [Fact]
    public void Any_number_reads_back_as_itself() =>
        Gen.Double.Where(d => double.IsFinite(d) && d != 0).Sample(d =>
        {
            var text = CanonicalNumber.Format(d);
            Assert.Equal(d, double.Parse(text, CultureInfo.InvariantCulture));
            Assert.Equal(d, JsonNode.Parse(text)!.GetValue<double>());
        });

    [Fact]
    public void Any_value_keeps_its_meaning_and_has_one_form() =>
        AnyNode.Sample(node =>
        {
            var canonical = CanonicalJson.Serialize(node);
            var again = JsonNode.Parse(canonical);
            Assert.Equal(canonical, CanonicalJson.Serialize(again));
            Assert.True(MeansTheSame(node, again), Encoding.UTF8.GetString(canonical));
            Assert.Equal(ContentDigest.Of(canonical), CanonicalJson.Digest(node));
        });

    [Fact]
    public void The_order_of_members_and_white_space_do_not_matter() =>
        Gen.Select(AnyText, Leaf).Array[1, 6].Select(members => members.DistinctBy(m => m.Item1).ToArray()).Sample(members =>
        {
            var forward = new JsonObject(members.Select(m => KeyValuePair.Create(m.Item1, m.Item2?.DeepClone())));
            var backward = new JsonObject(members.Reverse().Select(m => KeyValuePair.Create(m.Item1, m.Item2?.DeepClone())));
            var indented = JsonNode.Parse(backward.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
            Assert.Equal(CanonicalJson.Digest(forward), CanonicalJson.Digest(backward));
            Assert.Equal(CanonicalJson.Digest(forward), CanonicalJson.Digest(indented));
        });

    [Theory]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("-9223372036854775807", "-9223372036854775807")]
    [InlineData("1e400", "1e400")]
    [InlineData("{\"a\":[1,18446744073709551615]}", "$.a[1]")]
    [InlineData("{\"a\":1,\"a\":2}", "a")]
    public void What_has_no_canonical_form_is_refused_with_its_place(string json, string inMessage) =>
        Assert.Contains(inMessage, Assert.ThrowsAny<ArgumentException>(() => CanonicalJson.Serialize(JsonNode.Parse(json))).Message, StringComparison.Ordinal);

    [Fact]
    public void Half_of_a_surrogate_pair_is_refused()
    {
        Assert.Throws<ArgumentException>(() => CanonicalJson.Serialize(new JsonObject { ["a"] = "x\uD83D" }));
        Assert.Throws<ArgumentException>(() => CanonicalJson.Serialize(new JsonObject { ["\uDE00"] = 1 }));
    }

    [Fact]
    public void Too_many_levels_are_refused()
    {
        JsonNode node = new JsonArray();
        for (var i = 0; i < CanonicalJson.MaxDepth; i++)
        {
            node = new JsonArray(node);
        }

        Assert.Contains("64 levels", Assert.Throws<ArgumentException>(() => CanonicalJson.Serialize(new JsonArray(node))).Message, StringComparison.Ordinal);
        CanonicalJson.Serialize(node.DeepClone());
    }

    private static bool MeansTheSame(JsonNode? a, JsonNode? b) => (a, b) switch
    {
        (null, null) => true,
        (JsonObject x, JsonObject y) => x.Count == y.Count && x.All(m => y.TryGetPropertyValue(m.Key, out var other) && MeansTheSame(m.Value, other)),
        (JsonArray x, JsonArray y) => x.Count == y.Count && x.Zip(y).All(p => MeansTheSame(p.First, p.Second)),
        (JsonValue x, JsonValue y) when x.GetValueKind() == JsonValueKind.Number => double.Parse(x.ToJsonString(), CultureInfo.InvariantCulture) == y.GetValue<double>(),
        (JsonValue x, JsonValue y) when x.GetValueKind() == JsonValueKind.String => x.GetValue<string>() == y.GetValue<string>(),
        (JsonValue x, JsonValue y) => x.GetValueKind() == y.GetValueKind(),
        _ => false,
    };
}
