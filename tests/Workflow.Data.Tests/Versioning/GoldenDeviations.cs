namespace Workflow.Data.Versioning;

/// <summary>The golden steps whose answer differs from DVC's on purpose, or that one process cannot replay, each with the reason.</summary>
internal static class GoldenDeviations
{
    private static readonly Dictionary<string, Dictionary<int, string>> Known = new(StringComparer.Ordinal)
    {
    };

    public static IReadOnlyDictionary<int, string> Of(string id) => Known.GetValueOrDefault(id) ?? [];
}
