namespace Workflow.Training.Evaluation;

/// <summary>Which columns hold what, where labels and scores of a two-class model are read.</summary>
/// <remarks>Not thread-safe while it is changed.</remarks>
public sealed class BinaryColumns
{
    /// <summary>Gets or sets the column of labels: numbers 0 and 1, or bool. Default <c>label</c>.</summary>
    public string Label { get; set; } = "label";

    /// <summary>Gets or sets the column of scores: probabilities of the class 1. Default <c>score</c>.</summary>
    public string Score { get; set; } = "score";

    /// <summary>Gets or sets the column of row weights, at least 0, or null for equal weights.</summary>
    public string? Weight { get; set; }

    /// <summary>Gets or sets the column that names each row (integer or string), so that two models are compared on the same rows; null for none.</summary>
    public string? Id { get; set; }

    /// <summary>
    /// Gets or sets the column whose equal values make rows depend on one another (integer, string, date or timestamp), for example the day
    /// of a flight; null where rows are independent.
    /// </summary>
    public string? Cluster { get; set; }

    /// <summary>Gets or sets the length of the periods, counted from 1970 in UTC, by which a timestamp <see cref="Cluster"/> is cut; null takes each moment for itself.</summary>
    public TimeSpan? ClusterPeriod { get; set; }
}
