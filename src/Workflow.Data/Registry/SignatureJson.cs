using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Apache.Arrow;
using Workflow.Data.Definitions;
using Workflow.Data.Tables;

namespace Workflow.Data.Registry;

/// <summary>Writes a model's signature as canonical JSON and reads it back: in the registry, and in the metadata of model files.</summary>
/// <remarks>
/// <c>{"inputs":[{"name":"distance","nullable":false,"type":"float"}],"outputs":[…]}</c>; types as <see cref="TableSchema.Describe(Apache.Arrow.Types.IArrowType)"/>
/// writes them. Equal signatures give equal text. Metadata of schemas and fields is not part of a signature and is dropped.
/// </remarks>
public static class SignatureJson
{
    /// <summary>The largest number of inputs or outputs that is read: 65,536.</summary>
    public const int MaxColumns = 1 << 16;

    /// <summary>Writes a signature.</summary>
    /// <param name="signature">Its columns have distinct names and types that this format knows.</param>
    /// <returns>Canonical JSON.</returns>
    /// <exception cref="ArgumentException">A name occurs twice, or a type has no written form; names every such column.</exception>
    public static string Write(ModelSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        var problems = Problems("input", signature.Inputs).Concat(Problems("output", signature.Outputs)).ToList();
        if (problems.Count > 0)
        {
            throw new ArgumentException($"The signature cannot be written: {string.Join(" ", problems)}", nameof(signature));
        }

        var json = new JsonObject { ["inputs"] = Columns(signature.Inputs), ["outputs"] = Columns(signature.Outputs) };
        return Encoding.UTF8.GetString(CanonicalJson.Serialize(json));
    }

    /// <summary>Reads a signature. The text may come from a foreign file.</summary>
    /// <param name="json">What <see cref="Write"/> wrote.</param>
    /// <exception cref="FormatException">The text is no signature; says why.</exception>
    public static ModelSignature Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using var document = JsonDocument.Parse(json);
            return new ModelSignature { Inputs = ReadSchema(document.RootElement, "inputs"), Outputs = ReadSchema(document.RootElement, "outputs") };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"Expected a signature such as {{\"inputs\":[{{\"name\":\"x\",\"nullable\":false,\"type\":\"float\"}}],\"outputs\":[…]}}: {e.Message}", e);
        }
    }

    /// <summary>Writes the columns of one schema.</summary>
    /// <exception cref="ArgumentException">A name occurs twice, or a type has no written form; names every such column.</exception>
    internal static JsonArray WriteColumns(Schema schema)
    {
        var problems = Problems("column", schema).ToList();
        return problems.Count == 0 ? Columns(schema) : throw new ArgumentException($"The columns cannot be written: {string.Join(" ", problems)}", nameof(schema));
    }

    /// <summary>Reads the columns of one schema.</summary>
    /// <exception cref="FormatException">They are no columns.</exception>
    internal static Schema ReadColumns(JsonArray columns)
    {
        var json = new JsonObject { ["inputs"] = columns.DeepClone(), ["outputs"] = new JsonArray() };
        return Read(json.ToJsonString()).Inputs;
    }

    private static JsonArray Columns(Schema schema) =>
        [.. schema.FieldsList.Select(f => new JsonObject { ["name"] = f.Name, ["nullable"] = f.IsNullable, ["type"] = TableSchema.Describe(f.DataType) })];

    private static IEnumerable<string> Problems(string role, Schema schema)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in schema.FieldsList)
        {
            if (!names.Add(field.Name))
            {
                yield return $"{role} '{field.Name}' occurs twice.";
            }

            var type = TableSchema.Describe(field.DataType);
            if (!ArrowTypeText.TryParse(type, out _))
            {
                yield return $"{role} '{field.Name}' has the type {type}, which has no written form.";
            }
        }
    }

    private static Schema ReadSchema(JsonElement root, string role)
    {
        var columns = root.GetProperty(role);
        if (columns.GetArrayLength() > MaxColumns)
        {
            throw new FormatException($"The signature has {columns.GetArrayLength()} {role}, more than {MaxColumns}.");
        }

        var fields = ImmutableArray.CreateBuilder<Field>(columns.GetArrayLength());
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var column in columns.EnumerateArray())
        {
            var name = column.GetProperty("name").GetString();
            var type = column.GetProperty("type").GetString();
            if (name is null || !names.Add(name))
            {
                throw new FormatException($"The signature's {role} name '{name}' twice.");
            }

            if (!ArrowTypeText.TryParse(type, out var arrowType))
            {
                throw new FormatException($"The type '{type}' of '{name}' in the signature's {role} is unknown.");
            }

            fields.Add(new Field(name, arrowType, column.GetProperty("nullable").GetBoolean()));
        }

        return new Schema(fields, metadata: null);
    }
}
