namespace Workflow.Training.Evaluation;

/// <summary>Checks that two models were scored on the same rows: comparing them on others says nothing.</summary>
internal static class SameRows
{
    /// <summary>Requires equal counts and, row by row, equal ids, labels, weights and clusters.</summary>
    /// <exception cref="ArgumentException">They differ; names all that do, with the first row of each.</exception>
    public static void Require(BinaryScores first, BinaryScores second)
    {
        var differences = new List<string>();
        if (first.Count != second.Count)
        {
            differences.Add($"{first.Count} rows and {second.Count} rows");
        }

        Compare("ids", first.Ids, second.Ids);
        Compare("labels", first.Labels, second.Labels);
        Compare("weights", first.Weights, second.Weights);
        Compare("clusters", first.Clusters, second.Clusters);
        if (differences.Count > 0)
        {
            throw new ArgumentException(
                $"The two models were not scored on the same rows in the same order ({first.Description} and {second.Description}): {string.Join(", ", differences)}. Score both on one table.",
                nameof(second));
        }

        void Compare<T>(string what, T[]? a, T[]? b)
            where T : IEquatable<T>
        {
            if (a is null != b is null)
            {
                differences.Add($"only one side has {what}");
            }
            else if (a is not null && b is not null && a.Length == b.Length)
            {
                var at = a.AsSpan().CommonPrefixLength(b);
                if (at < a.Length)
                {
                    differences.Add($"other {what} from row {at}");
                }
            }
        }
    }
}
