using System.Collections.Immutable;

namespace Workflow.Training.LightGbm.Text;

/// <summary>Reads and checks the header's lines that have one entry per feature.</summary>
internal static class FeatureLines
{
    private delegate bool IsSound(ReadOnlySpan<char> entry);

    /// <summary>Reads the names and checks the rest.</summary>
    /// <param name="header">The header.</param>
    /// <param name="features">The number of features.</param>
    /// <returns>The names, all different.</returns>
    /// <exception cref="InvalidDataException">Says which entry is wrong.</exception>
    public static ImmutableArray<string> Read(KeyedLines header, int features)
    {
        // LightGBM loses '=' at the ends of the line, and with it a name of nothing else.
        var seen = new HashSet<string>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        Check(header, "feature_names", features, name => name.ContainsAnyExcept('=') && seen.Add(name), "another name for every feature");
        Check(header, "feature_infos", features, static info => info is "none" || IsRange(info) || AreCategories(info), "'none', '[least:greatest]' or whole numbers joined by ':'");
        if (header.Has("monotone_constraints"))
        {
            Check(header, "monotone_constraints", features, static direction => direction is "-1" or "0" or "1", "-1, 0 or 1");
        }

        var names = ImmutableArray.CreateBuilder<string>(features);
        foreach (var name in new Words(header.Value("feature_names")))
        {
            names.Add(name.ToString());
        }

        return names.MoveToImmutable();
    }

    private static void Check(KeyedLines header, string key, int features, IsSound isSound, string expected)
    {
        var line = header.Value(key);
        if (Words.Count(line) is var count && count != features)
        {
            throw header.Fault(key, $"it has {count} entries for {features} features");
        }

        var i = 0;
        foreach (var entry in new Words(line))
        {
            if (!isSound(entry))
            {
                throw header.Fault(key, $"entry {i} is '{Unreadable.Show(entry)}', expected {expected}");
            }

            i++;
        }
    }

    private static bool IsRange(ReadOnlySpan<char> info) =>
        info is ['[', .. var bounds, ']'] && bounds.IndexOf(':') is > 0 and var colon && IsBound(bounds[..colon]) && IsBound(bounds[(colon + 1)..]);

    private static bool IsBound(ReadOnlySpan<char> bound) => bound is "nan" or "-nan" || NumberLines.TryLimit(bound, out _);

    private static bool AreCategories(ReadOnlySpan<char> info)
    {
        foreach (var range in info.Split(':'))
        {
            if (!NumberLines.TryInteger(info[range], out _))
            {
                return false;
            }
        }

        return true;
    }
}
