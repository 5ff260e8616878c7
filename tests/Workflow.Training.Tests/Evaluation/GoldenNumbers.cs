using System.Globalization;
using System.Text.Json;
using Workflow.Repository;

namespace Workflow.Training.Tests.Evaluation;

internal static class GoldenNumbers
{
    public static IReadOnlyList<JsonElement> Cases(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(SharedFolder.Require(file)));
        var root = json.RootElement.Clone();
        return [.. (root.ValueKind is JsonValueKind.Array ? root : root.GetProperty("cases")).EnumerateArray()];
    }

    public static double Number(JsonElement value) => value.ValueKind is JsonValueKind.Number ? value.GetDouble() : double.Parse(value.GetString()!, CultureInfo.InvariantCulture);

    public static double[] Numbers(JsonElement values) => [.. values.EnumerateArray().Select(Number)];

    public static bool[] Labels(JsonElement values) => [.. values.EnumerateArray().Select(v => Number(v) == 1)];

    public static void AssertClose(double expected, double actual, double relative, string what)
    {
        if (double.IsNaN(expected))
        {
            Assert.True(double.IsNaN(actual), $"{what}: expected NaN, got {actual:R}");
            return;
        }

        Assert.True(Math.Abs(expected - actual) <= relative * Math.Max(1, Math.Abs(expected)), $"{what}: expected {expected:R}, got {actual:R}");
    }
}
