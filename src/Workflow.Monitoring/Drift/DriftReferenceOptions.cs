namespace Workflow.Monitoring.Drift;

/// <summary>How a drift reference is made from training data.</summary>
public sealed class DriftReferenceOptions
{
    /// <summary>Gets or sets the columns to watch; null for every column of numbers, truth values or strings. Moments always drift and are left out.</summary>
    public IReadOnlyList<string>? Columns { get; set; }

    /// <summary>Gets or sets the number of bins of a numeric feature, of equal share in the reference. Default 10; from 2 to 100.</summary>
    public int BinCount { get; set; } = 10;

    /// <summary>Gets or sets how many categories get bins of their own; the others share one. Default 30; from 1 to 1000.</summary>
    public int MaximumCategories { get; set; } = 30;

    /// <summary>Gets or sets how many rows, drawn at random, decide the bins; all rows are counted. Default 200,000; at least 1000.</summary>
    public int SampleRows { get; set; } = 200_000;

    /// <summary>Gets or sets the seed of the draw. Default 42.</summary>
    public long Seed { get; set; } = 42;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BinCount, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BinCount, 100);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumCategories, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaximumCategories, 1000);
        ArgumentOutOfRangeException.ThrowIfLessThan(SampleRows, 1000);
        if (Columns is { Count: 0 })
        {
            throw new ArgumentException("At least one column must be named; leave Columns null for all of them.");
        }
    }
}
