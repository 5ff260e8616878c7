namespace Workflow.Data.Tables.Parquet;

/// <summary>Bytes break their format. Internal to the decoders: the table that reads them adds the file and the place.</summary>
internal sealed class MalformedException(string expected, string actual) : Exception($"expected {expected}, got {actual}")
{
    public string Expected { get; } = expected;

    public string Actual { get; } = actual;
}
