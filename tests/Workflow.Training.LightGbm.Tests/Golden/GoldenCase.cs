using System.Globalization;
using System.Text.Json;
using Workflow.Repository;

namespace Workflow.Training.LightGbm.Tests.Golden;

/// <summary>One model that LightGBM's own program trained, with rows and what they score.</summary>
internal sealed class GoldenCase
{
    private GoldenCase(string id, JsonElement root)
    {
        Id = id;
        Text = File.ReadAllText(SharedFolder.Require($"golden/lightgbm/{root.GetProperty("model").GetString()}"));
        Rows = Matrix(root.GetProperty("rows"));
        var outputs = root.GetProperty("outputs");
        Raw = Matrix(outputs.GetProperty("raw"));
        Normal = Matrix(outputs.GetProperty("normal"));
        Leaves = Matrix(outputs.GetProperty("leaf"));
    }

    public static IReadOnlyList<string> Ids
    {
        get
        {
            var index = SharedFolder.Find("golden/lightgbm/index.json");
            if (index is null)
            {
                return ["obj-binary"]; // The test itself then says what is missing, and skips.
            }

            using var json = JsonDocument.Parse(File.ReadAllText(index));
            return [.. json.RootElement.EnumerateArray().Select(e => e.GetProperty("id").GetString()!)];
        }
    }

    public string Id { get; }

    public string Text { get; }

    public double[][] Rows { get; }

    public double[][] Raw { get; }

    public double[][] Normal { get; }

    public double[][] Leaves { get; }

    public static GoldenCase Read(string id)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(SharedFolder.Require($"golden/lightgbm/cases/{id}.json")));
        return new GoldenCase(id, json.RootElement);
    }

    public override string ToString() => Id;

    private static double[][] Matrix(JsonElement rows) => [.. rows.EnumerateArray().Select(Row)];

    private static double[] Row(JsonElement row) => row.ValueKind is JsonValueKind.Array ? [.. row.EnumerateArray().Select(Number)] : [Number(row)];

    private static double Number(JsonElement value) => value.ValueKind is JsonValueKind.Number ? value.GetDouble() : double.Parse(value.GetString()!, CultureInfo.InvariantCulture);
}
