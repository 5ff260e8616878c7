using Workflow.Numerics.Random;
using Workflow.Training.Evaluation;

namespace Workflow.Training.Gates;

/// <summary>Which rows are resampled together: clusters, or single rows, dealt at random where there are too many.</summary>
internal static class ResamplingGroups
{
    /// <summary>Gives each row its group.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="most">The most groups.</param>
    /// <param name="seed">The seed of dealing.</param>
    /// <param name="groups">How many groups there are.</param>
    /// <returns>For each row a number from 0 to below <paramref name="groups"/>.</returns>
    /// <remarks>
    /// Whole units are dealt, in equal numbers, in a random order: groups of independent units are themselves independent and alike,
    /// so that resampling groups is as valid as resampling units, and its intervals a little more variable.
    /// </remarks>
    public static int[] Deal(BinaryScores rows, int most, long seed, out int groups)
    {
        var units = rows.Clusters is null ? rows.Count : rows.ClusterCount;
        groups = Math.Min(units, most);
        var groupOfUnit = new int[units];
        for (var unit = 0; unit < units; unit++)
        {
            groupOfUnit[unit] = unit % groups;
        }

        if (units > most)
        {
            var random = new Philox(seed, "gate.deal");
            for (var i = units - 1; i > 0; i--)
            {
                var j = random.NextInt32(i + 1);
                (groupOfUnit[i], groupOfUnit[j]) = (groupOfUnit[j], groupOfUnit[i]);
            }
        }

        if (rows.Clusters is null)
        {
            return groupOfUnit;
        }

        var result = new int[rows.Count];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = groupOfUnit[rows.Clusters[i]];
        }

        return result;
    }
}
