using CsCheck;
using Workflow.Repository;

namespace Workflow.Onnx.Tests;

/// <summary>Damaged and hostile bytes give one kind of exception, quickly and without large allocations.</summary>
public sealed class HostileModelTests
{
    [Theory]
    [InlineData("08", "ends inside a number")]
    [InlineData("08FFFFFFFFFFFFFFFFFFFF01", "more than 10 bytes")]
    [InlineData("08FFFFFFFFFFFFFFFFFF7F", "exceeds 64 bits")]
    [InlineData("3AFFFFFFFF0F", "claims 4294967295 bytes")]
    [InlineData("3A0512", "claims 5 bytes")]
    [InlineData("00", "names no field")]
    [InlineData("0F", "names no field")]
    [InlineData("0D00000000", "expected Varint")]
    [InlineData("A30608", "groups")]
    [InlineData("3A052A03200800", "expected Fixed32")]
    public void Damage_is_named(string hex, string named)
    {
        var error = Assert.Throws<OnnxFormatException>(() => OnnxModel.Parse(Convert.FromHexString(hex)));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Path_and_offset_lead_to_the_damage()
    {
        var bytes = Samples.Model().ToBytes();
        var at = bytes.AsSpan().IndexOf("integers"u8);
        bytes[at + "integers".Length] = 0x45; // field 8 as fixed32

        var error = Assert.Throws<OnnxFormatException>(() => OnnxModel.Parse(bytes));
        Assert.Equal("graph.node[0].attribute[5]", error.Path);
        Assert.Equal(at + "integers".Length + 1, error.Offset);
    }

    [Fact]
    public void Deep_nesting_is_refused()
    {
        // graph { node { attribute { g { node { … } } } } }
        byte[] bytes = [];
        for (var level = 0; level < 50; level++)
        {
            foreach (var tag in (byte[])[0x32, 0x2A, 0x0A])
            {
                bytes = [tag, .. Length(bytes.Length), .. bytes];
            }
        }

        bytes = [0x3A, .. Length(bytes.Length), .. bytes];
        var error = Assert.Throws<OnnxFormatException>(() => OnnxModel.Parse(bytes));
        Assert.Contains("deeper", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_million_empty_nodes_are_refused_where_the_limit_is_lower()
    {
        var nodes = Enumerable.Repeat<byte[]>([0x0A, 0x00], 1_000_000).SelectMany(static node => node).ToArray();
        byte[] bytes = [0x3A, .. Length(nodes.Length), .. nodes];
        Assert.Equal(1_000_000, OnnxModel.Parse(bytes).Graph!.Nodes.Count);
        var error = Assert.Throws<OnnxFormatException>(() => OnnxModel.Parse(bytes, new OnnxReadOptions { MaxElements = 1000 }));
        Assert.Contains("MaxElements", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shape_larger_than_the_data_allocates_nothing()
    {
        var tensor = new OnnxTensor { ElementType = OnnxElementType.Int64 };
        tensor.Dims.AddRange([1L << 40, 1L << 20]);
        Assert.Throws<InvalidOperationException>(tensor.ToArray<long>);
        tensor.RawData = new byte[8];
        Assert.Throws<InvalidOperationException>(tensor.ToArray<long>);
        Assert.Throws<InvalidOperationException>(tensor.ToArray<double>);
    }

    [Fact]
    public void Every_cut_is_refused_or_read()
    {
        var bytes = Samples.Model().ToBytes();
        for (var length = 0; length < bytes.Length; length++)
        {
            Survive(bytes[..length]);
        }
    }

    [Fact]
    public void Random_damage_gives_a_model_or_the_one_exception()
    {
        byte[][] models = [Samples.Model().ToBytes(), .. Directory.EnumerateFiles(SharedFolder.Require("data/onnx/node"), "*.onnx", SearchOption.AllDirectories).Select(File.ReadAllBytes)];
        var edit = Gen.Select(Gen.Int[0, int.MaxValue], Gen.Byte, Gen.Int[0, 2]);
        Gen.Select(Gen.Int[0, models.Length - 1].Select(i => models[i]), edit.Array[1, 8]).Sample((model, edits) =>
        {
            var bytes = model.ToList();
            foreach (var (place, value, kind) in edits)
            {
                var at = place % bytes.Count;
                if (kind == 0)
                {
                    bytes[at] = value;
                }
                else if (kind == 1)
                {
                    bytes.Insert(at, value);
                }
                else if (bytes.Count > 1)
                {
                    bytes.RemoveAt(at);
                }
            }

            Survive([.. bytes]);
        }, iter: 20_000);
    }

    private static void Survive(byte[] bytes)
    {
        try
        {
            // What is read can be written, and what is written reads as the same.
            var written = OnnxModel.Parse(bytes).ToBytes();
            Assert.Equal(written, OnnxModel.Parse(written).ToBytes());
            _ = OnnxChecker.Check(OnnxModel.Parse(written));
        }
        catch (OnnxFormatException error)
        {
            Assert.InRange(error.Offset, 0, bytes.Length);
        }
    }

    private static byte[] Length(int length)
    {
        var bytes = new List<byte>();
        for (; length >= 0x80; length >>= 7)
        {
            bytes.Add((byte)(length | 0x80));
        }

        return [.. bytes, (byte)length];
    }
}
