using Apache.Arrow.Types;
using Workflow.Data.Registry;
using Workflow.Onnx;
using Workflow.Training.LightGbm.Text;

namespace Workflow.Training.LightGbm.Export;

/// <summary>Writes a LightGBM model as ONNX: every decision equal, sums in 64 bits.</summary>
/// <remarks>
/// <para>
/// Input <c>features</c>, shape <c>[N, d]</c>, in the order of the signature: float32 where every input column fits in it
/// without loss (float16, float32, bool, integers up to 16 bits), else float64. Nulls are NaN. Output <c>score</c>, float64,
/// shape <c>[N, k]</c>, k = 1 except with several classes.
/// </para>
/// <para>Operator sets: ai.onnx 18, ai.onnx.ml 5; ONNX Runtime 1.20 and later.</para>
/// </remarks>
internal static class LightGbmOnnxExport
{
    /// <summary>The name of the input.</summary>
    public const string InputName = "features";

    /// <summary>The name of the output.</summary>
    public const string OutputName = "score";

    /// <summary>The metadata key of the signature, as <see cref="SignatureJson"/> writes it.</summary>
    public const string SignatureKey = "workflow.signature";

    private const string Sums = "sums";

    /// <summary>Exports a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="signature">The columns; as many inputs as the model has features, in its order.</param>
    /// <param name="metadata">Pairs to store in the model, beside the signature under <see cref="SignatureKey"/>.</param>
    /// <returns>The ONNX model.</returns>
    /// <exception cref="ArgumentException">The signature does not fit the model.</exception>
    /// <exception cref="NotSupportedException">The model cannot be exported exactly; says why.</exception>
    public static byte[] Export(ModelText model, ModelSignature signature, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(signature);
        ArgumentNullException.ThrowIfNull(metadata);
        Refuse(model);
        var elementType = ElementTypeOf(model, signature);

        var graph = new OnnxGraph { Name = "lightgbm" };
        graph.Inputs.Add(Value(InputName, elementType, signature.Inputs.FieldsList.Count));
        graph.Outputs.Add(Value(OutputName, OnnxElementType.Float64, model.ScoresPerRow));
        AddNodes(graph, model, elementType);

        var result = new OnnxModel
        {
            IrVersion = 10,
            ProducerName = "Workflow.Training.LightGbm",
            ProducerVersion = typeof(LightGbmOnnxExport).Assembly.GetName().Version?.ToString(3),
            Graph = graph,
        };
        result.OpsetImports.AddRange([new OnnxOpsetImport { Domain = "", Version = 18 }, new OnnxOpsetImport { Domain = "ai.onnx.ml", Version = 5 }]);
        var facts = new Dictionary<string, string>(metadata, StringComparer.Ordinal) { [SignatureKey] = SignatureJson.Write(signature) };
        result.MetadataProps.AddRange(facts
            .OrderBy(static pair => pair.Key, StringComparer.Ordinal)
            .Select(static pair => new OnnxMetadataEntry { Key = pair.Key, Value = pair.Value }));
        return result.ToBytes();
    }

    private static void AddNodes(OnnxGraph graph, ModelText model, OnnxElementType elementType)
    {
        var score = new ScoreGraph(graph);
        var features = InputName;
        if (elementType != OnnxElementType.Float64)
        {
            features = "features_64";
            score.Add("Cast", features, InputName).Attributes.Add(OnnxAttribute.Of("to", (long)OnnxElementType.Float64));
        }

        var columns = new EnsembleColumns(model);
        var trees = model.Trees.Select((tree, i) => EnsembleTree.Of(tree, columns, i % model.ScoresPerRow)).ToList();
        score.AddTrees(trees, model.ScoresPerRow, score.AddColumns(features, columns), Sums);
        var sums = Sums;
        if (model.IsAveraged)
        {
            sums = "means";
            score.Add("Div", sums, Sums, score.Constant("iterations", model.Trees.Length / model.ScoresPerRow));
        }

        score.AddLink(sums, model.Objective, OutputName);
    }

    private static void Refuse(ModelText model)
    {
        if (model.Trees.IsEmpty)
        {
            throw new NotSupportedException("The LightGBM model has no trees; an ONNX ensemble needs one. Train at least one iteration.");
        }

        var linear = model.Trees.Count(static tree => tree.IsLinear);
        if (linear > 0)
        {
            throw new NotSupportedException($"{linear} of {model.Trees.Length} trees are linear trees; ONNX trees have constant leaves. Train with linear_tree=false to export.");
        }
    }

    private static OnnxElementType ElementTypeOf(ModelText model, ModelSignature signature)
    {
        var inputs = signature.Inputs.FieldsList;
        if (inputs.Count != model.FeatureNames.Length)
        {
            throw new ArgumentException($"The signature has {inputs.Count} input columns, the LightGBM model {model.FeatureNames.Length} features. Pass the signature that the model was trained with.", nameof(signature));
        }

        var others = inputs.Where(static field => field.DataType.TypeId is not (ArrowTypeId.Boolean or ArrowTypeId.HalfFloat or ArrowTypeId.Float or ArrowTypeId.Double
            or ArrowTypeId.Int8 or ArrowTypeId.Int16 or ArrowTypeId.Int32 or ArrowTypeId.Int64
            or ArrowTypeId.UInt8 or ArrowTypeId.UInt16 or ArrowTypeId.UInt32 or ArrowTypeId.UInt64)).ToList();
        if (others.Count > 0)
        {
            throw new NotSupportedException($"Input columns that are no numbers cannot be exported: {string.Join(", ", others.Select(static field => $"'{field.Name}' ({field.DataType.Name})"))}. Encode them before training.");
        }

        var isWide = inputs.Any(static field => field.DataType.TypeId is ArrowTypeId.Double
            or ArrowTypeId.Int32 or ArrowTypeId.Int64 or ArrowTypeId.UInt32 or ArrowTypeId.UInt64);
        return isWide ? OnnxElementType.Float64 : OnnxElementType.Float32;
    }

    private static OnnxValueInfo Value(string name, OnnxElementType elementType, int width) => new()
    {
        Name = name,
        Type = OnnxType.TensorOf(elementType, new OnnxDimension { Parameter = "N" }, new OnnxDimension { Value = width }),
    };
}
