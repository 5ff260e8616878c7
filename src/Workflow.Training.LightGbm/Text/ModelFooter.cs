using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Apache.Arrow;
using Workflow.Data.Definitions;
using Workflow.Data.Registry;
using Workflow.Training.LightGbm.Boosting;

namespace Workflow.Training.LightGbm.Text;

/// <summary>What LightGBM's text does not say: the exact names and types of the inputs, and facts about the training.</summary>
/// <remarks>One line of canonical JSON after LightGBM's last line, where every reader of such texts stops.</remarks>
internal sealed record ModelFooter
{
    public const string Prefix = "workflow:";

    /// <summary>Gets the columns.</summary>
    public required ModelSignature Signature { get; init; }

    /// <summary>Gets facts about the training.</summary>
    public required IReadOnlyDictionary<string, string> Facts { get; init; }

    /// <summary>Gives the line, without line end.</summary>
    public string Write() => Prefix + Encoding.UTF8.GetString(CanonicalJson.Serialize(new JsonObject
    {
        ["facts"] = new JsonObject(Facts.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))),
        ["signature"] = JsonNode.Parse(SignatureJson.Write(Signature)),
    }));

    /// <summary>Reads the line.</summary>
    /// <exception cref="InvalidDataException">It is not one; says why.</exception>
    public static ModelFooter Read(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line.AsMemory(Prefix.Length));
            var signature = SignatureJson.Read(json.RootElement.GetProperty("signature").GetRawText());
            var facts = json.RootElement.GetProperty("facts").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString() ?? "", StringComparer.Ordinal);
            var other = signature.Inputs.FieldsList.FirstOrDefault(f => !FeatureType.IsAccepted(f.DataType));
            return other is null
                ? new ModelFooter { Signature = signature, Facts = facts }
                : throw new FormatException($"the input '{other.Name}' is {other.DataType.Name}, no number.");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new InvalidDataException($"The line '{Prefix}' at the end of the model is damaged: {e.Message} Take the file from where it was saved.", e);
        }
    }

    /// <summary>Gives the columns of a model: its inputs, and its scores as float64.</summary>
    public static ModelSignature SignatureOf(Schema inputs, int scores) => new()
    {
        Inputs = inputs,
        Outputs = new Schema(
            [.. (scores == 1 ? ["score"] : Enumerable.Range(0, scores).Select(i => FormattableString.Invariant($"score_{i}")))
                .Select(n => new Field(n, Apache.Arrow.Types.DoubleType.Default, nullable: false))],
            metadata: null),
    };
}
