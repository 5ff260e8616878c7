namespace Workflow.Onnx;

/// <summary>A model (<c>ModelProto</c>): a graph and what it needs to be understood.</summary>
public sealed class OnnxModel : OnnxMessage
{
    /// <summary>Gets or sets the version of the file format, from 3.</summary>
    public long? IrVersion { get; set; }

    /// <summary>Gets or sets the program that wrote the model.</summary>
    public string? ProducerName { get; set; }

    /// <summary>Gets or sets the version of that program.</summary>
    public string? ProducerVersion { get; set; }

    /// <summary>Gets or sets the name space of the model, in reverse-DNS order.</summary>
    public string? Domain { get; set; }

    /// <summary>Gets or sets the version of the model itself.</summary>
    public long? ModelVersion { get; set; }

    /// <summary>Gets or sets what the model is for.</summary>
    public string? DocString { get; set; }

    /// <summary>Gets or sets the computation.</summary>
    public OnnxGraph? Graph { get; set; }

    /// <summary>Gets the operator sets that the graph uses.</summary>
    public List<OnnxOpsetImport> OpsetImports { get; } = [];

    /// <summary>Gets named facts. Keys are unique by convention.</summary>
    public List<OnnxMetadataEntry> MetadataProps { get; } = [];

    /// <summary>Gets graphs that train the model.</summary>
    public List<OnnxTrainingInfo> TrainingInfo { get; } = [];

    /// <summary>Gets operators that the model defines itself.</summary>
    public List<OnnxFunction> Functions { get; } = [];

    /// <summary>Reads a model.</summary>
    /// <param name="bytes">The model. Weights and other blobs stay slices of it: it must live, unchanged, as long as the result.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <exception cref="OnnxFormatException">The bytes are truncated, damaged or beyond a limit.</exception>
    public static OnnxModel Parse(ReadOnlyMemory<byte> bytes, OnnxReadOptions? options = null)
    {
        options ??= new OnnxReadOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxDepth, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxDepth, 100);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxElements, 1);
        var reader = new WireReader(bytes, 0, new WireContext(options));
        var model = new OnnxModel();
        model.Read(ref reader);
        return model;
    }

    /// <summary>Reads a model file into memory.</summary>
    /// <param name="path">The file, up to 2 GB; larger models keep their weights in files beside it.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    /// <param name="cancellationToken">Observed while reading.</param>
    /// <exception cref="OnnxFormatException">The bytes are truncated, damaged or beyond a limit.</exception>
    public static async Task<OnnxModel> LoadAsync(string path, OnnxReadOptions? options = null, CancellationToken cancellationToken = default) =>
        Parse(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false), options);

    /// <summary>Writes the model to a new array. Fields come in ascending order, as every common writer does it.</summary>
    /// <exception cref="InvalidOperationException">The model exceeds 2 GB, the limit of the format. Keep weights in other files.</exception>
    public byte[] ToBytes()
    {
        var writer = Encode();
        var bytes = new byte[writer.Length];
        var rest = bytes.AsMemory();
        foreach (var block in writer.Finish())
        {
            block.CopyTo(rest);
            rest = rest[block.Length..];
        }

        return bytes;
    }

    /// <summary>Writes the model. Weights are not copied on the way.</summary>
    /// <param name="destination">Written to, not disposed.</param>
    /// <param name="cancellationToken">Observed between blocks.</param>
    /// <exception cref="InvalidOperationException">The model exceeds 2 GB, the limit of the format. Keep weights in other files.</exception>
    public async Task WriteAsync(Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        foreach (var block in Encode().Finish())
        {
            await destination.WriteAsync(block, cancellationToken).ConfigureAwait(false);
        }
    }

    private WireWriter Encode()
    {
        var writer = new WireWriter();
        Write(writer);
        return writer.Length <= int.MaxValue
            ? writer
            : throw new InvalidOperationException($"The model has {writer.Length} bytes; the format ends at {int.MaxValue}. Keep weights in other files.");
    }

    private protected override bool ReadField(ref WireReader reader)
    {
        switch (reader.Field)
        {
            case 1:
                IrVersion = reader.Int64();
                return true;
            case 2:
                ProducerName = reader.String();
                return true;
            case 3:
                ProducerVersion = reader.String();
                return true;
            case 4:
                Domain = reader.String();
                return true;
            case 5:
                ModelVersion = reader.Int64();
                return true;
            case 6:
                DocString = reader.String();
                return true;
            case 7:
                reader.Merge(Graph ??= new OnnxGraph(), "graph");
                return true;
            case 8:
                OpsetImports.Add(reader.Message<OnnxOpsetImport>("opset_import", OpsetImports.Count));
                return true;
            case 14:
                MetadataProps.Add(reader.Message<OnnxMetadataEntry>("metadata_props", MetadataProps.Count));
                return true;
            case 20:
                TrainingInfo.Add(reader.Message<OnnxTrainingInfo>("training_info", TrainingInfo.Count));
                return true;
            case 25:
                Functions.Add(reader.Message<OnnxFunction>("functions", Functions.Count));
                return true;
            default:
                return false;
        }
    }

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Messages(25, Functions);
        writer.Messages(20, TrainingInfo);
        writer.Messages(14, MetadataProps);
        writer.Messages(8, OpsetImports);
        writer.Message(7, Graph);
        writer.String(6, DocString);
        writer.Int64(5, ModelVersion);
        writer.String(4, Domain);
        writer.String(3, ProducerVersion);
        writer.String(2, ProducerName);
        writer.Int64(1, IrVersion);
    }
}
