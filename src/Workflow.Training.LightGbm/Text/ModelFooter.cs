using System.Text;
using System.Text.Json;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Workflow.Training.LightGbm.Text;

/// <summary>What LightGBM's text does not say: the exact names and types of the inputs, and facts about the training.</summary>
/// <remarks>One line of JSON after LightGBM's last line, where every reader of such texts stops.</remarks>
internal sealed record ModelFooter
{
    public const string Prefix = "workflow:";

    private static readonly IArrowType[] Types =
    [
        BooleanType.Default, FloatType.Default, DoubleType.Default,
        Int8Type.Default, Int16Type.Default, Int32Type.Default, Int64Type.Default,
        UInt8Type.Default, UInt16Type.Default, UInt32Type.Default, UInt64Type.Default,
    ];

    /// <summary>Gets the inputs, nullable, in order.</summary>
    public required Schema Inputs { get; init; }

    /// <summary>Gets facts about the training.</summary>
    public required IReadOnlyDictionary<string, string> Facts { get; init; }

    /// <summary>Gives the line, without line end.</summary>
    public string Write()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("inputs");
            foreach (var field in Inputs.FieldsList)
            {
                json.WriteStartArray();
                json.WriteStringValue(field.Name);
                json.WriteStringValue(field.DataType.Name);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteStartObject("facts");
            foreach (var (key, value) in Facts.OrderBy(f => f.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Prefix + Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>Reads the line.</summary>
    /// <exception cref="InvalidDataException">It is not one; says why.</exception>
    public static ModelFooter Read(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line.AsMemory(Prefix.Length));
            var fields = json.RootElement.GetProperty("inputs").EnumerateArray().Select(Field).ToList();
            var facts = json.RootElement.GetProperty("facts").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString() ?? "", StringComparer.Ordinal);
            return new ModelFooter { Inputs = new Schema(fields, metadata: null), Facts = facts };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"The line '{Prefix}' at the end of the model is damaged: {e.Message} Take the file from where it was saved.", e);
        }
    }

    private static Field Field(JsonElement pair)
    {
        var (name, type) = (pair[0].GetString() ?? throw new JsonException("An input has no name."), pair[1].GetString());
        return new Field(name, Types.FirstOrDefault(t => t.Name == type) ?? throw new JsonException($"'{type}' is no type of an input."), nullable: true);
    }
}
