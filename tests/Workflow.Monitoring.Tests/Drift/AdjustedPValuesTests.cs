using System.Text.Json;
using Workflow.Monitoring.Drift;
using Workflow.Repository;

namespace Workflow.Monitoring.Tests.Drift;

public sealed class AdjustedPValuesTests
{
    [Fact]
    public void Agree_with_SciPy_and_statsmodels()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(SharedFolder.Require("golden/scipy/multiple.json")));
        var cases = 0;
        foreach (var item in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            TestCorrection? correction = item.GetProperty("params").GetProperty("method").GetString() switch
            {
                "bh" or "fdr_bh" => TestCorrection.BenjaminiHochberg,
                "holm" => TestCorrection.Holm,
                "bonferroni" => TestCorrection.Bonferroni,
                _ => null,
            };
            if (correction is null || !item.TryGetProperty("out", out var expected) || expected.ValueKind is not JsonValueKind.Object)
            {
                continue;
            }

            cases++;
            var actual = AdjustedPValues.Of([.. item.GetProperty("p").EnumerateArray().Select(p => p.GetDouble())], correction.Value);
            var adjusted = expected.TryGetProperty("adjusted", out var values) ? values : expected.EnumerateObject().First(p => p.Value.ValueKind is JsonValueKind.Array && p.Value[0].ValueKind is JsonValueKind.Number).Value;
            Assert.Equal(adjusted.EnumerateArray().Select(p => p.GetDouble()), actual, (a, b) => Math.Abs(a - b) <= 1e-12 * Math.Abs(a));
        }

        Assert.InRange(cases, 20, 100);
    }

    [Fact]
    public void None_changes_nothing_and_no_test_is_no_error()
    {
        Assert.Equal([0.5, 0.01], AdjustedPValues.Of([0.5, 0.01], TestCorrection.None));
        Assert.Empty(AdjustedPValues.Of([], TestCorrection.Holm));
    }
}
