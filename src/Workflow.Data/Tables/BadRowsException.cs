using System.Collections.Immutable;

namespace Workflow.Data.Tables;

/// <summary>Rows of a text file do not fit its schema.</summary>
/// <remarks>
/// Not transient: the same file fails again. It is thrown in place of the batch that holds the first bad row, after the
/// rest of the file has been checked; batches before it have been given.
/// </remarks>
public sealed class BadRowsException : Exception
{
    /// <summary>How many bad rows are listed.</summary>
    public const int MaximumListed = 20;

    /// <summary>Describes the bad rows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">The first of them, at most <see cref="MaximumListed"/>.</param>
    /// <param name="totalCount">How many there are in the whole file.</param>
    public BadRowsException(string path, ImmutableArray<BadRow> rows, long totalCount)
        : base(Describe(path, rows, totalCount)) => (Path, Rows, TotalCount) = (path, rows, totalCount);

    /// <summary>Gets the file.</summary>
    public string Path { get; }

    /// <summary>Gets the first bad rows, in the file's order; of one row only its first bad field.</summary>
    public ImmutableArray<BadRow> Rows { get; }

    /// <summary>Gets how many bad rows the file has.</summary>
    public long TotalCount { get; }

    private static string Describe(string path, ImmutableArray<BadRow> rows, long totalCount) =>
        $"'{path}' has {totalCount} bad {(totalCount == 1 ? "row" : "rows")}:{Environment.NewLine}"
        + string.Join(Environment.NewLine, rows.Select(r => r.Column is null
            ? $"  line {r.Line}: expected {r.Expected}"
            : $"  line {r.Line}, column '{r.Column}': expected {r.Expected}, got '{r.Value}'"))
        + (totalCount > rows.Length ? $"{Environment.NewLine}  and {totalCount - rows.Length} more" : "")
        + $"{Environment.NewLine}Correct these rows, or give the schema that the file has.";
}
