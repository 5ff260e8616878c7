namespace Workflow.Data.Tables;

/// <summary>A file of rows is truncated, damaged, hostile, or not of the format that it was opened as.</summary>
/// <remarks>Not transient: reading the same bytes fails again. Nothing was returned beyond the batches already read.</remarks>
public sealed class CorruptTableException : Exception
{
    /// <summary>Describes what is wrong.</summary>
    /// <param name="path">The file.</param>
    /// <param name="location">Where in the file, for example <c>footer</c> or <c>column 'delay', row group 3</c>.</param>
    /// <param name="expected">What the format demands there.</param>
    /// <param name="actual">What is there.</param>
    public CorruptTableException(string path, string location, string expected, string actual)
        : base($"'{path}' cannot be read: {location}: expected {expected}, got {actual}. Fetch or write the file again; it is incomplete or damaged.") =>
        (Path, Location, Expected, Actual) = (path, location, expected, actual);

    /// <summary>Gets the file.</summary>
    public string Path { get; }

    /// <summary>Gets where in the file.</summary>
    public string Location { get; }

    /// <summary>Gets what the format demands there.</summary>
    public string Expected { get; }

    /// <summary>Gets what is there.</summary>
    public string Actual { get; }
}
