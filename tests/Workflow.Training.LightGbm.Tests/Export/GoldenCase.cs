using System.Globalization;
using System.Text.Json;
using Workflow.Repository;

namespace Workflow.Training.LightGbm.Tests.Export;

/// <summary>One model of <c>golden/lightgbm</c> with the rows and scores that LightGBM itself gave.</summary>
internal sealed record GoldenCase
{
    public required string Id { get; init; }

    public required string ModelText { get; init; }

    public required double[][] Rows { get; init; }

    /// <summary>LightGBM's transformed scores.</summary>
    public required double[][] Scores { get; init; }

    public required string[] Tags { get; init; }

    /// <summary>LightGBM's transformed scores of the rows rounded to float32; null where the peer's converter refused the model.</summary>
    public required double[][]? Scores32 { get; init; }

    public static IReadOnlyList<GoldenCase> All()
    {
        var folder = SharedFolder.Require("golden/lightgbm");
        using var peers = JsonDocument.Parse(File.ReadAllText(SharedFolder.Require("golden/onnx-export/lgbm.json")));
        var scores32 = peers.RootElement.EnumerateArray()
            .Where(static peer => peer.TryGetProperty("lightgbmScoreFloat32Input", out _))
            .ToDictionary(static peer => peer.GetProperty("id").GetString()!, static peer => Matrix(peer.GetProperty("lightgbmScoreFloat32Input")));
        var cases = new List<GoldenCase>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "cases"), "*.json").Order(StringComparer.Ordinal))
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file));
            var root = document.RootElement;
            var id = root.GetProperty("id").GetString()!;
            cases.Add(new GoldenCase
            {
                Id = id,
                ModelText = File.ReadAllText(Path.Combine(folder, root.GetProperty("model").GetString()!)),
                Rows = Matrix(root.GetProperty("rows")),
                Scores = Matrix(root.GetProperty("outputs").GetProperty("normal")),
                Tags = [.. root.GetProperty("tags").EnumerateArray().Select(static tag => tag.ToString())],
                Scores32 = scores32.GetValueOrDefault(id),
            });
        }

        return cases;
    }

    private static double[][] Matrix(JsonElement rows) =>
        [.. rows.EnumerateArray().Select(static row => row.ValueKind == JsonValueKind.Array ? row.EnumerateArray().Select(Number).ToArray() : [Number(row)])];

    private static double Number(JsonElement number) =>
        number.ValueKind == JsonValueKind.String
            ? double.Parse(number.GetString()!, CultureInfo.InvariantCulture)
            : number.GetDouble();
}
