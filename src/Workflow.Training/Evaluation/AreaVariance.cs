namespace Workflow.Training.Evaluation;

/// <summary>The sampling variance of areas under ROC curves, from the placements of rows.</summary>
internal static class AreaVariance
{
    /// <summary>Estimates the covariance of two areas on the same rows; give one model twice for its variance.</summary>
    /// <param name="rows">The rows: labels, weights and clusters.</param>
    /// <param name="a">The first model's placements and area.</param>
    /// <param name="b">The second model's.</param>
    /// <remarks>
    /// Independent rows of equal weight: DeLong, DeLong and Clarke-Pearson 1988. Otherwise the infinitesimal jackknife over clusters (or
    /// weighted rows), Σ_c a_c b_c · K / (K − 1), as Obuchowski 1997 does for clusters. NaN with fewer than two rows of a class, or two clusters.
    /// </remarks>
    public static double Covariance(BinaryScores rows, Placed a, Placed b) =>
        rows.Clusters is null && rows.Weights is null ? DeLong(rows, a, b) : Jackknife(rows, a, b);

    private static double DeLong(BinaryScores rows, Placed a, Placed b)
    {
        var (positive, negative) = (0.0, 0.0);
        long positives = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            var product = (a.Placements[i] - a.Area) * (b.Placements[i] - b.Area);
            if (rows.Labels[i])
            {
                positive += product;
                positives++;
            }
            else
            {
                negative += product;
            }
        }

        var negatives = rows.Count - positives;
        return positives < 2 || negatives < 2
            ? double.NaN
            : (positive / (positives - 1) / positives) + (negative / (negatives - 1) / negatives);
    }

    private static double Jackknife(BinaryScores rows, Placed a, Placed b)
    {
        var totals = RocArea.Totals(rows);
        var groups = rows.Clusters is null ? rows.Count : rows.ClusterCount;
        var (sumA, sumB) = (new double[groups], new double[groups]);
        for (var i = 0; i < rows.Count; i++)
        {
            var group = rows.Clusters is null ? i : rows.Clusters[i];
            var share = (rows.Weights is null ? 1 : rows.Weights[i]) / (rows.Labels[i] ? totals.Positive : totals.Negative);
            sumA[group] += share * (a.Placements[i] - a.Area);
            sumB[group] += share * (b.Placements[i] - b.Area);
        }

        var sum = 0.0;
        for (var g = 0; g < groups; g++)
        {
            sum += sumA[g] * sumB[g];
        }

        return groups < 2 ? double.NaN : sum * groups / (groups - 1.0);
    }

    /// <summary>The placements of a model's rows and their mean, the area.</summary>
    internal readonly record struct Placed(double[] Placements, double Area)
    {
        public static Placed Of(BinaryScores rows)
        {
            var placements = new double[rows.Count];
            return new Placed(placements, RocArea.Placements(rows, placements));
        }
    }
}
