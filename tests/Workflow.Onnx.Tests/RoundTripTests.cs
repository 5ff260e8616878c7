using CsCheck;
using Workflow.Repository;

namespace Workflow.Onnx.Tests;

/// <summary>What is read and written unchanged keeps its bytes; what is built is read back.</summary>
public sealed class RoundTripTests(ITestOutputHelper output)
{
    // Two models in one file: Protocol Buffers merge them into one.
    private static readonly string[] NotCanonical = [Path.Combine("broken", "bytes-twice.onnx")];

    [Theory]
    [InlineData("data/onnx", 49)]
    [InlineData("golden/onnx-export", 400)]
    [InlineData("golden/onnx-quant", 400)]
    public void Models_written_unchanged_keep_their_bytes(string folder, int atLeast)
    {
        var root = SharedFolder.Require(folder);
        var (count, unreadable, different) = (0, new List<string>(), new List<string>());
        foreach (var file in Directory.EnumerateFiles(root, "*.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(root, file);
            var bytes = File.ReadAllBytes(file);
            count++;
            try
            {
                if (!OnnxModel.Parse(bytes).ToBytes().AsSpan().SequenceEqual(bytes))
                {
                    different.Add(name);
                }
            }
            catch (OnnxFormatException error) when (name.StartsWith("broken", StringComparison.Ordinal))
            {
                Assert.NotEmpty(error.Message);
                unreadable.Add(Path.GetFileNameWithoutExtension(name));
            }
        }

        output.WriteLine($"{count} models; refused: {string.Join("; ", unreadable)}; different bytes: {string.Join(", ", different)}");
        Assert.True(count >= atLeast);
        if (folder == "golden/onnx-export")
        {
            // What Google's parser refuses, and groups, which ONNX never had and Google's parser skips.
            Assert.Equal(["bytes-field-0", "bytes-group", "bytes-half", "bytes-length-lie", "bytes-text", "bytes-truncated", "bytes-varint-11", "nest-2000-bytes", "nest-60-bytes"], unreadable);
        }

        Assert.Equal(NotCanonical.Where(name => different.Contains(name)), different);
    }

    [Fact]
    public async Task Writing_to_a_stream_gives_the_same_bytes_and_links_the_weights()
    {
        var weights = new byte[100_000];
        weights[^1] = 7;
        var model = Samples.Model();
        model.Graph!.Initializers.Add(OnnxTensor.FromBytes(OnnxElementType.UInt8, [weights.Length], weights));
        using var stream = new MemoryStream();
        await model.WriteAsync(stream, TestContext.Current.CancellationToken);
        Assert.Equal(model.ToBytes(), stream.ToArray());

        var bytes = stream.ToArray();
        var read = OnnxModel.Parse(bytes).Graph!.Initializers[^1].RawData!.Value;
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(read, out var segment));
        Assert.Same(bytes, segment.Array);
    }

    [Fact]
    public void Every_field_of_a_full_model_survives()
    {
        var bytes = Samples.Model().ToBytes();
        var read = OnnxModel.Parse(bytes);
        Assert.Equal(bytes, read.ToBytes());
        Assert.Equal("größe", read.MetadataProps[0].Key);
        Assert.Equal([1f, -0.5f], read.Graph!.Nodes[0].Attributes.Single(static a => a.Name == "reals").Reals);
        Assert.Equal([1L, -1, long.MaxValue], read.Graph.Nodes[0].Attributes.Single(static a => a.Name == "integers").Integers);
        Assert.Equal("text", read.Graph.Nodes[0].Attributes.Single(static a => a.Name == "text").GetText());
        Assert.Equal("N", read.Graph.Inputs[0].Type!.Tensor!.Shape!.Dims[0].Parameter);
        Assert.Equal([1.5, double.NaN], read.Graph.Initializers[0].ToArray<double>());
    }

    [Fact]
    public void Unknown_fields_are_kept_and_can_be_forgotten()
    {
        byte[] bytes = [0x08, 0x07, 0xD2, 0x06, 0x03, 1, 2, 3, 0xD8, 0x06, 0x2A];
        var model = OnnxModel.Parse(bytes);
        Assert.Equal(2, model.UnknownFields.Count);
        Assert.Equal(bytes, model.ToBytes());
        model.ClearUnknownFields();
        Assert.Equal([0x08, 0x07], model.ToBytes());
    }

    [Fact]
    public void Packed_and_unpacked_numbers_are_read_and_written_as_they_were()
    {
        // A tensor of dims [3]: once unpacked, once packed; int64 data 1, 2, 300.
        byte[] unpacked = [0x08, 0x03, 0x10, 0x07, 0x38, 0x01, 0x38, 0x02, 0x38, 0xAC, 0x02];
        byte[] packed = [0x0A, 0x01, 0x03, 0x10, 0x07, 0x3A, 0x04, 0x01, 0x02, 0xAC, 0x02];
        foreach (var tensor in (byte[][])[unpacked, packed])
        {
            byte[] bytes = [0x3A, (byte)(tensor.Length + 2), 0x2A, (byte)tensor.Length, .. tensor];
            var model = OnnxModel.Parse(bytes);
            Assert.Equal([1L, 2, 300], model.Graph!.Initializers[0].ToArray<long>());
            Assert.Equal(bytes, model.ToBytes());
        }
    }

    [Fact]
    public void Names_that_are_no_UTF_8_survive() =>
        Gen.Byte.Array[0, 40].Sample(static name =>
        {
            byte[] bytes = [0x12, (byte)name.Length, .. name];
            var model = OnnxModel.Parse(bytes);
            Assert.Equal(bytes, model.ToBytes());
        });

    [Fact]
    public void A_message_split_in_two_is_merged()
    {
        // graph {name "a"} and graph {doc_string "b"}: Protocol Buffers merge them.
        var model = OnnxModel.Parse((byte[])[0x3A, 3, 0x12, 1, (byte)'a', 0x3A, 3, 0x52, 1, (byte)'b']);
        Assert.Equal(("a", "b"), (model.Graph!.Name, model.Graph.DocString));
    }

    [Fact]
    public void The_model_of_the_README_has_the_size_it_prints()
    {
        var graph = new OnnxGraph { Name = "twice" };
        graph.Inputs.Add(new OnnxValueInfo { Name = "x", Type = OnnxType.TensorOf(OnnxElementType.Float32, new OnnxDimension { Parameter = "N" }) });
        graph.Outputs.Add(new OnnxValueInfo { Name = "y", Type = OnnxType.TensorOf(OnnxElementType.Float32, new OnnxDimension { Parameter = "N" }) });
        graph.Nodes.Add(new OnnxNode { OpType = "Add", Inputs = { "x", "x" }, Outputs = { "y" } });
        var model = new OnnxModel { IrVersion = 10, Graph = graph };
        model.OpsetImports.Add(new OnnxOpsetImport { Domain = "", Version = 18 });
        Assert.Equal(69, model.ToBytes().Length);
        Assert.Empty(OnnxChecker.Check(model));
        using var session = new Microsoft.ML.OnnxRuntime.InferenceSession(model.ToBytes());
        Assert.Equal("y", Assert.Single(session.OutputNames));
    }
}
