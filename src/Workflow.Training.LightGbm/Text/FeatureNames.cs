using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;

namespace Workflow.Training.LightGbm.Text;

/// <summary>Names that LightGBM's text can hold: no spaces, controls or JSON signs.</summary>
internal static class FeatureNames
{
    private static readonly SearchValues<char> Refused = SearchValues.Create("\",:[]{}");

    /// <summary>Gives the names as they are where the text can hold all of them, and <c>Column_0</c> … otherwise (the exact names are in the footer).</summary>
    public static IReadOnlyList<string> ForText(ImmutableArray<string> names) =>
        names.All(CanHold) ? names : [.. names.Select((_, i) => $"Column_{i.ToString(CultureInfo.InvariantCulture)}")];

    private static bool CanHold(string name) =>
        name.Length > 0 && !name.AsSpan().ContainsAny(Refused) && !name.Any(c => c <= ' ' || char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c));
}
