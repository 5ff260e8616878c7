using System.Text.Json;
using System.Text.Json.Nodes;

namespace Workflow.Monitoring.Contracts;

/// <summary>The JSON form of a contract.</summary>
internal static class ContractJson
{
    private const int MaximumBytes = 1 << 20;
    private const string Format = "workflow.data-contract/1";

    public static JsonObject Write(DataContract contract) => new()
    {
        ["format"] = Format,
        ["name"] = contract.Name,
        ["minimum_rows"] = contract.MinimumRows,
        ["columns"] = new JsonArray([.. contract.Columns.Select(Write)]),
    };

    public static DataContract Read(ReadOnlySpan<byte> json)
    {
        if (json.Length > MaximumBytes)
        {
            throw new FormatException($"A contract has at most {MaximumBytes} bytes, got {json.Length}.");
        }

        try
        {
            var reader = new Utf8JsonReader(json);
            var root = JsonNode.Parse(ref reader) as JsonObject ?? throw new FormatException("A contract is a JSON object.");
            var format = (string?)root["format"];
            if (format != Format)
            {
                throw new FormatException($"Expected the format '{Format}', got '{format}'.");
            }

            var minimumRows = (long?)root["minimum_rows"] ?? 1;
            if (minimumRows < 1)
            {
                throw new FormatException($"minimum_rows is at least 1, got {minimumRows}.");
            }

            return new DataContract(
                (string?)root["name"] ?? throw new FormatException("A contract needs a name."),
                minimumRows,
                [.. (root["columns"] as JsonArray ?? throw new FormatException("A contract needs an array of columns.")).Select(ReadColumn)]);
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException($"This is not the JSON of a data contract: {fault.Message}", fault);
        }
    }

    private static JsonObject Write(ColumnContract column)
    {
        var json = new JsonObject { ["name"] = column.Name, ["type"] = column.Type, ["maximum_null_share"] = column.MaximumNullShare, ["maximum_nan_share"] = column.MaximumNaNShare };
        if (column.Minimum is { } minimum)
        {
            json["minimum"] = minimum.ToJson();
        }

        if (column.Maximum is { } maximum)
        {
            json["maximum"] = maximum.ToJson();
        }

        if (!column.AllowedValues.IsEmpty)
        {
            json["allowed_values"] = new JsonArray([.. column.AllowedValues.Select(v => v.ToJson())]);
        }

        return json;
    }

    private static ColumnContract ReadColumn(JsonNode? node)
    {
        var json = node as JsonObject ?? throw new FormatException("A column of a contract is a JSON object.");
        var name = (string?)json["name"] ?? throw new FormatException("A column of a contract needs a name.");
        var column = new ColumnContractBuilder(name, (string?)json["type"] ?? throw new FormatException($"Column '{name}' needs a type."));
        column.AllowNulls((double?)json["maximum_null_share"] ?? 0).AllowNaN((double?)json["maximum_nan_share"] ?? 0);
        if (json["minimum"] is { } minimum)
        {
            column.AtLeast(ContractValue.FromJson(minimum));
        }

        if (json["maximum"] is { } maximum)
        {
            column.AtMost(ContractValue.FromJson(maximum));
        }

        if (json["allowed_values"] is JsonArray allowed)
        {
            column.OneOf(allowed.Select(ContractValue.FromJson));
        }

        return column.Contract;
    }
}
