using System.Diagnostics.CodeAnalysis;

namespace Workflow.Onnx;

/// <summary>A constant of a node (<c>AttributeProto</c>). <see cref="Kind"/> says which value it holds.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The names are those of ONNX's own types.")]
public sealed class OnnxAttribute : OnnxMessage
{
    private bool _realsPacked;
    private bool _integersPacked;

    /// <summary>Gets or sets the name.</summary>
    public string? Name { get; set; }

    /// <summary>Gets or sets the 32-bit float.</summary>
    public float? Real { get; set; }

    /// <summary>Gets or sets the integer.</summary>
    public long? Integer { get; set; }

    /// <summary>Gets or sets the text (UTF-8) or blob.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; set; }

    /// <summary>Gets or sets the tensor.</summary>
    public OnnxTensor? Tensor { get; set; }

    /// <summary>Gets or sets the graph. It sees the names of the graphs around it.</summary>
    public OnnxGraph? Graph { get; set; }

    /// <summary>Gets the 32-bit floats.</summary>
    public List<float> Reals { get; } = [];

    /// <summary>Gets the integers.</summary>
    public List<long> Integers { get; } = [];

    /// <summary>Gets the texts or blobs.</summary>
    public List<ReadOnlyMemory<byte>> BytesList { get; } = [];

    /// <summary>Gets the tensors.</summary>
    public List<OnnxTensor> Tensors { get; } = [];

    /// <summary>Gets the graphs.</summary>
    public List<OnnxGraph> Graphs { get; } = [];

    /// <summary>Gets or sets what the attribute is for.</summary>
    public string? DocString { get; set; }

    /// <summary>Gets or sets the type.</summary>
    public OnnxType? ValueType { get; set; }

    /// <summary>Gets the types.</summary>
    public List<OnnxType> ValueTypes { get; } = [];

    /// <summary>Gets or sets which value is held.</summary>
    public OnnxAttributeKind? Kind { get; set; }

    /// <summary>Gets or sets the attribute of the surrounding function that gives the value.</summary>
    public string? RefAttributeName { get; set; }

    /// <summary>Gets or sets the sparse tensor.</summary>
    public OnnxSparseTensor? SparseTensor { get; set; }

    /// <summary>Gets the sparse tensors.</summary>
    public List<OnnxSparseTensor> SparseTensors { get; } = [];

    /// <summary>Makes an attribute of one integer.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    public static OnnxAttribute Of(string name, long value) => new() { Name = name, Kind = OnnxAttributeKind.Integer, Integer = value };

    /// <summary>Makes an attribute of one 32-bit float.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    public static OnnxAttribute Of(string name, float value) => new() { Name = name, Kind = OnnxAttributeKind.Real, Real = value };

    /// <summary>Makes an attribute of one text.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The text.</param>
    public static OnnxAttribute Of(string name, string value) => new() { Name = name, Kind = OnnxAttributeKind.Bytes, Bytes = WireText.Encode(value) };

    /// <summary>Makes an attribute of one tensor.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The tensor; kept.</param>
    public static OnnxAttribute Of(string name, OnnxTensor value) => new() { Name = name, Kind = OnnxAttributeKind.Tensor, Tensor = value };

    /// <summary>Makes an attribute of one graph.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The graph; kept.</param>
    public static OnnxAttribute Of(string name, OnnxGraph value) => new() { Name = name, Kind = OnnxAttributeKind.Graph, Graph = value };

    /// <summary>Makes an attribute of integers.</summary>
    /// <param name="name">The name.</param>
    /// <param name="values">The values; copied.</param>
    public static OnnxAttribute Of(string name, IEnumerable<long> values)
    {
        var attribute = new OnnxAttribute { Name = name, Kind = OnnxAttributeKind.Integers };
        attribute.Integers.AddRange(values);
        return attribute;
    }

    /// <summary>Makes an attribute of 32-bit floats.</summary>
    /// <param name="name">The name.</param>
    /// <param name="values">The values; copied.</param>
    public static OnnxAttribute Of(string name, IEnumerable<float> values)
    {
        var attribute = new OnnxAttribute { Name = name, Kind = OnnxAttributeKind.Reals };
        attribute.Reals.AddRange(values);
        return attribute;
    }

    /// <summary>Makes an attribute of texts.</summary>
    /// <param name="name">The name.</param>
    /// <param name="values">The texts; copied.</param>
    public static OnnxAttribute Of(string name, IEnumerable<string> values)
    {
        var attribute = new OnnxAttribute { Name = name, Kind = OnnxAttributeKind.BytesList };
        attribute.BytesList.AddRange(values.Select(static value => (ReadOnlyMemory<byte>)WireText.Encode(value)));
        return attribute;
    }

    /// <summary>Gets <see cref="Bytes"/> as text; null where there are none.</summary>
    public string? GetText() => Bytes is { } bytes ? WireText.Decode(bytes.Span) : null;

    private protected override bool ReadField(ref WireReader reader)
    {
        switch (reader.Field)
        {
            case 1:
                Name = reader.String();
                return true;
            case 2:
                Real = reader.Single();
                return true;
            case 3:
                Integer = reader.Int64();
                return true;
            case 4:
                Bytes = reader.Bytes();
                return true;
            case 5:
                reader.Merge(Tensor ??= new OnnxTensor(), "t");
                return true;
            case 6:
                reader.Merge(Graph ??= new OnnxGraph(), "g");
                return true;
            case 7:
                _realsPacked = reader.AddSingles(Reals);
                return true;
            case 8:
                _integersPacked = reader.AddInt64s(Integers);
                return true;
            case 9:
                BytesList.Add(reader.Bytes());
                return true;
            case 10:
                Tensors.Add(reader.Message<OnnxTensor>("tensors", Tensors.Count));
                return true;
            case 11:
                Graphs.Add(reader.Message<OnnxGraph>("graphs", Graphs.Count));
                return true;
            case 13:
                DocString = reader.String();
                return true;
            case 14:
                reader.Merge(ValueType ??= new OnnxType(), "tp");
                return true;
            case 15:
                ValueTypes.Add(reader.Message<OnnxType>("type_protos", ValueTypes.Count));
                return true;
            case 20:
                Kind = (OnnxAttributeKind)(int)reader.Int64();
                return true;
            case 21:
                RefAttributeName = reader.String();
                return true;
            case 22:
                reader.Merge(SparseTensor ??= new OnnxSparseTensor(), "sparse_tensor");
                return true;
            case 23:
                SparseTensors.Add(reader.Message<OnnxSparseTensor>("sparse_tensors", SparseTensors.Count));
                return true;
            default:
                return false;
        }
    }

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Messages(23, SparseTensors);
        writer.Message(22, SparseTensor);
        writer.String(21, RefAttributeName);
        writer.Int64(20, (long?)Kind);
        writer.Messages(15, ValueTypes);
        writer.Message(14, ValueType);
        writer.String(13, DocString);
        writer.Messages(11, Graphs);
        writer.Messages(10, Tensors);
        writer.Blobs(9, BytesList);
        writer.Int64s(8, Integers, _integersPacked);
        writer.Singles(7, Reals, _realsPacked);
        writer.Message(6, Graph);
        writer.Message(5, Tensor);
        writer.Bytes(4, Bytes);
        writer.Int64(3, Integer);
        writer.Single(2, Real);
        writer.String(1, Name);
    }
}
