using System.Text.RegularExpressions;

namespace FlightDelays.Tests.Runs;

/// <summary>What a run of the sample left on its streams.</summary>
/// <param name="ExitCode">The exit code; null where the run was killed.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Elapsed">The wall time.</param>
internal sealed partial record ProgramResult(int? ExitCode, string Output, string Error, TimeSpan Elapsed)
{
    /// <summary>Gets the digest of all steps and files.</summary>
    public string Digest => DigestLine().Match(Output) is { Success: true } match ? match.Groups[1].Value : throw new InvalidOperationException($"No digest in the output:\n{this}");

    /// <summary>Gets the names of the steps that an earlier run had finished.</summary>
    public IReadOnlyList<string> Kept => [.. KeptLine().Matches(Output).Select(m => m.Groups[1].Value)];

    /// <summary>Gets the names of the steps that this run did.</summary>
    public IReadOnlyList<string> Done => [.. DoneLine().Matches(Output).Select(m => m.Groups[1].Value)];

    /// <summary>Gets the only match of a pattern's first group as a number.</summary>
    public double Number(string pattern)
    {
        var match = Assert.Single(Regex.Matches(Output, pattern, RegexOptions.Multiline));
        return double.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    public override string ToString() => $"exit code {ExitCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"} after {Elapsed.TotalSeconds:F1} s\n--- output\n{Output}\n--- error\n{Error}";

    [GeneratedRegex(@"^digest +(sha256:[0-9a-f]{64}) of all steps and files\s*$", RegexOptions.Multiline)]
    private static partial Regex DigestLine();

    [GeneratedRegex(@"^([a-z0-9-]+) +kept  ", RegexOptions.Multiline)]
    private static partial Regex KeptLine();

    [GeneratedRegex(@"^([a-z0-9-]+) +[0-9.]+ s  ", RegexOptions.Multiline)]
    private static partial Regex DoneLine();
}
