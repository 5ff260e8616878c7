using System.Collections.Immutable;
using System.Globalization;
using Workflow.Training.LightGbm.Export;

namespace Workflow.Training.LightGbm.Text;

/// <summary>Checks the header's lines that have one entry per feature.</summary>
internal static class FeatureLines
{
    /// <summary>Checks <c>feature_names</c>: every name once.</summary>
    public static void CheckNames(ImmutableArray<string> names)
    {
        var seen = new HashSet<string>(names.Length, StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (!seen.Add(name))
            {
                throw new InvalidDataException($"The model's header names the feature '{Shown.Of(name)}' twice in feature_names.");
            }
        }
    }

    /// <summary>Checks <c>feature_infos</c>: each <c>none</c>, a range <c>[least:greatest]</c>, or categories joined by <c>:</c>.</summary>
    public static void CheckInfos(ReadOnlySpan<string> infos)
    {
        for (var i = 0; i < infos.Length; i++)
        {
            if (infos[i] != "none" && !IsRange(infos[i]) && !AreCategories(infos[i]))
            {
                throw new InvalidDataException($"The model's header has feature_infos {i} '{Shown.Of(infos[i])}'; expected 'none', '[least:greatest]' or whole numbers joined by ':'.");
            }
        }
    }

    /// <summary>Checks <c>monotone_constraints</c>: -1, 0 or 1 per feature.</summary>
    public static void CheckMonotone(ReadOnlySpan<string> constraints)
    {
        for (var i = 0; i < constraints.Length; i++)
        {
            if (constraints[i] is not ("-1" or "0" or "1"))
            {
                throw new InvalidDataException($"The model's header has monotone_constraints {i} '{Shown.Of(constraints[i])}'; expected -1, 0 or 1.");
            }
        }
    }

    private static bool IsRange(ReadOnlySpan<char> info)
    {
        if (info is not ['[', .. var bounds, ']'] || bounds.IndexOf(':') is not (> 0 and var colon))
        {
            return false;
        }

        return LightGbmNumbers.TryDouble(bounds[..colon], out _) && LightGbmNumbers.TryDouble(bounds[(colon + 1)..], out _);
    }

    private static bool AreCategories(ReadOnlySpan<char> info)
    {
        foreach (var range in info.Split(':'))
        {
            if (!int.TryParse(info[range], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            {
                return false;
            }
        }

        return true;
    }
}
