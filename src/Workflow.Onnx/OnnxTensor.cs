namespace Workflow.Onnx;

/// <summary>A constant tensor (<c>TensorProto</c>), row-major. Its data stay where they were read from.</summary>
public sealed class OnnxTensor : OnnxMessage
{
    private bool _dimsPacked;
    private PackedNumbers _singles;
    private PackedNumbers _int32s;
    private PackedNumbers _int64s;
    private PackedNumbers _doubles;
    private PackedNumbers _uint64s;

    /// <summary>Gets the shape. No dimension is a scalar.</summary>
    public List<long> Dims { get; } = [];

    /// <summary>Gets or sets the type of the elements.</summary>
    public OnnxElementType? ElementType { get; set; }

    /// <summary>Gets or sets which part of a larger tensor this is.</summary>
    public OnnxTensorSegment? Segment { get; set; }

    /// <summary>Gets the texts, UTF-8.</summary>
    public List<ReadOnlyMemory<byte>> StringData { get; } = [];

    /// <summary>Gets or sets the name.</summary>
    public string? Name { get; set; }

    /// <summary>Gets or sets the elements as little-endian bytes. Not copied: the memory must live as long as the tensor.</summary>
    public ReadOnlyMemory<byte>? RawData { get; set; }

    /// <summary>Gets or sets what the tensor is.</summary>
    public string? DocString { get; set; }

    /// <summary>Gets where the data lie in another file: <c>location</c>, <c>offset</c>, <c>length</c>, <c>checksum</c>.</summary>
    public List<OnnxMetadataEntry> ExternalData { get; } = [];

    /// <summary>Gets or sets where the data lie: 0 or null here, 1 in another file.</summary>
    public long? DataLocation { get; set; }

    /// <summary>Gets named facts.</summary>
    public List<OnnxMetadataEntry> MetadataProps { get; } = [];

    /// <summary>Gets the bytes of the typed data field that the tensor uses instead of <see cref="RawData"/>; empty for none.</summary>
    internal ReadOnlyMemory<byte> TypedData => ElementType switch
    {
        OnnxElementType.Float32 or OnnxElementType.Complex64 => _singles.Bytes,
        OnnxElementType.Float64 or OnnxElementType.Complex128 => _doubles.Bytes,
        OnnxElementType.Int64 => _int64s.Bytes,
        OnnxElementType.UInt64 or OnnxElementType.UInt32 => _uint64s.Bytes,
        _ => _int32s.Bytes,
    };

    /// <summary>Makes a tensor of raw bytes.</summary>
    /// <param name="elementType">The type of the elements.</param>
    /// <param name="dims">The shape; empty for a scalar.</param>
    /// <param name="rawData">The elements, little-endian, row-major. Not copied.</param>
    public static OnnxTensor FromBytes(OnnxElementType elementType, IEnumerable<long> dims, ReadOnlyMemory<byte> rawData)
    {
        var tensor = new OnnxTensor { ElementType = elementType, RawData = rawData };
        tensor.Dims.AddRange(dims);
        return tensor;
    }

    /// <summary>Makes a tensor of numbers.</summary>
    /// <typeparam name="T">A type that <see cref="ToArray{T}"/> names.</typeparam>
    /// <param name="dims">The shape; empty for a scalar.</param>
    /// <param name="values">The elements, row-major. Copied.</param>
    /// <exception cref="ArgumentException">The number of values is not the product of <paramref name="dims"/>.</exception>
    public static OnnxTensor FromValues<T>(IEnumerable<long> dims, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var tensor = FromBytes(OnnxTensorData.ElementTypeOf<T>(), dims, OnnxTensorData.ToLittleEndian(values));
        return OnnxTensorData.CountElements(tensor.Dims) == values.Length
            ? tensor
            : throw new ArgumentException($"The shape [{string.Join(", ", tensor.Dims)}] does not hold {values.Length} elements. Pass as many values as the product of the dimensions.", nameof(values));
    }

    /// <summary>Copies the elements out, from raw or typed data.</summary>
    /// <typeparam name="T">float, double, Half, sbyte, byte, short, ushort, int, uint, long, ulong or bool; must be the tensor's own type.</typeparam>
    /// <returns>The elements, row-major.</returns>
    /// <exception cref="InvalidOperationException">
    /// The tensor has another type, its data lie in another file, or it does not have as many elements as its shape says.
    /// </exception>
    public T[] ToArray<T>()
        where T : unmanaged =>
        OnnxTensorData.ToArray<T>(this);

    private protected override bool ReadField(ref WireReader reader)
    {
        switch (reader.Field)
        {
            case 1:
                _dimsPacked = reader.AddInt64s(Dims);
                return true;
            case 2:
                ElementType = (OnnxElementType)(int)reader.Int64();
                return true;
            case 3:
                reader.Merge(Segment ??= new OnnxTensorSegment(), "segment");
                return true;
            case 4:
                _singles.Read(ref reader, WireKind.Fixed32);
                return true;
            case 5:
                _int32s.Read(ref reader, WireKind.Varint);
                return true;
            case 6:
                StringData.Add(reader.Bytes());
                return true;
            case 7:
                _int64s.Read(ref reader, WireKind.Varint);
                return true;
            case 8:
                Name = reader.String();
                return true;
            case 9:
                RawData = reader.Bytes();
                return true;
            case 10:
                _doubles.Read(ref reader, WireKind.Fixed64);
                return true;
            case 11:
                _uint64s.Read(ref reader, WireKind.Varint);
                return true;
            case 12:
                DocString = reader.String();
                return true;
            case 13:
                ExternalData.Add(reader.Message<OnnxMetadataEntry>("external_data", ExternalData.Count));
                return true;
            case 14:
                DataLocation = reader.Int64();
                return true;
            case 16:
                MetadataProps.Add(reader.Message<OnnxMetadataEntry>("metadata_props", MetadataProps.Count));
                return true;
            default:
                return false;
        }
    }

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Messages(16, MetadataProps);
        writer.Int64(14, DataLocation);
        writer.Messages(13, ExternalData);
        writer.String(12, DocString);
        _uint64s.Write(writer, 11, WireKind.Varint);
        _doubles.Write(writer, 10, WireKind.Fixed64);
        writer.Bytes(9, RawData);
        writer.String(8, Name);
        _int64s.Write(writer, 7, WireKind.Varint);
        writer.Blobs(6, StringData);
        _int32s.Write(writer, 5, WireKind.Varint);
        _singles.Write(writer, 4, WireKind.Fixed32);
        writer.Message(3, Segment);
        writer.Int64(2, (long?)ElementType);
        writer.Int64s(1, Dims, _dimsPacked);
    }
}
