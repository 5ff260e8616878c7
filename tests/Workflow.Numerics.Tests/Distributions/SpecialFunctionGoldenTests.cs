using System.Globalization;
using System.Text.Json;
using Workflow.Numerics.Distributions;
using Workflow.Repository;

namespace Workflow.Numerics.Tests.Distributions;

public sealed class SpecialFunctionGoldenTests
{
    private static readonly Dictionary<string, Func<double[], double>> Functions = new(StringComparer.Ordinal)
    {
        ["gammaln"] = a => GammaFunction.Log(a[0]),
        ["gammainc"] = a => GammaFunction.RegularizedLower(a[0], a[1]),
        ["gammaincc"] = a => GammaFunction.RegularizedUpper(a[0], a[1]),
        ["chi2_sf"] = a => ChiSquaredDistribution.Survival(a[0], a[1]),
        ["chi2_cdf"] = a => ChiSquaredDistribution.Cumulative(a[0], a[1]),
        ["norm_sf"] = a => NormalDistribution.Survival(a[0]),
        ["log_ndtr"] = a => NormalDistribution.LogCumulative(a[0]),
        ["norm_isf"] = a => NormalDistribution.InverseSurvival(a[0]),
        ["betainc"] = a => BetaFunction.RegularizedLower(a[0], a[1], a[2]),
        ["betaincc"] = a => BetaFunction.RegularizedUpper(a[0], a[1], a[2]),
        ["t_sf"] = a => StudentDistribution.Survival(a[0], a[1]),
    };

    [Fact]
    public void Agree_with_forty_digit_values_to_1e_12()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(SharedFolder.Require("golden/scipy/special.json")));
        var failures = new List<string>();
        var checkedCases = 0;
        foreach (var item in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            if (!Functions.TryGetValue(item.GetProperty("fn").GetString()!, out var function) || !item.TryGetProperty("mpmath", out var text) || text.ValueKind != JsonValueKind.String)
            {
                continue;
            }

            var arguments = item.GetProperty("args").EnumerateArray().Select(a => a.ValueKind == JsonValueKind.String
                ? double.Parse(a.GetString()!, CultureInfo.InvariantCulture) : a.GetDouble()).ToArray();
            var expected = double.Parse(text.GetString()!, CultureInfo.InvariantCulture);
            var actual = function(arguments);
            checkedCases++;

            // Below 1e-307 a denormal or zero is right.
            var isClose = Math.Abs(expected) < 1e-307 ? Math.Abs(actual) < 1e-306 : Math.Abs(actual - expected) <= 1e-12 * Math.Abs(expected);
            if (!isClose)
            {
                failures.Add($"{item.GetProperty("id")} ({string.Join(", ", arguments)}): expected {expected:R}, got {actual:R}, relative {(actual - expected) / expected:e2}");
            }
        }

        Assert.True(failures.Count == 0, string.Join(Environment.NewLine, failures));
        Assert.InRange(checkedCases, 450, 600);
    }
}
