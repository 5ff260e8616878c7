using System.Data.Common;
using Workflow.Data.Storage;

namespace Workflow.Data.Metadata;

/// <summary>One row of an answer, valid only while the function that maps it runs.</summary>
/// <remarks>Columns are numbered from 0 in the order of the statement. Not thread-safe.</remarks>
public readonly struct MetadataRow
{
    private readonly DbDataReader _reader;

    internal MetadataRow(DbDataReader reader) => _reader = reader;

    /// <summary>Tells whether a column is NULL.</summary>
    /// <param name="column">The column's number.</param>
    public bool IsNull(int column) => _reader.IsDBNull(column);

    /// <summary>Reads a BIGINT.</summary>
    /// <param name="column">The column's number; not NULL.</param>
    public long GetInt64(int column) => _reader.GetInt64(column);

    /// <summary>Reads a BIGINT that may be NULL.</summary>
    /// <param name="column">The column's number.</param>
    public long? GetInt64OrNull(int column) => IsNull(column) ? null : GetInt64(column);

    /// <summary>Reads a DOUBLE PRECISION.</summary>
    /// <param name="column">The column's number; not NULL.</param>
    public double GetDouble(int column) => _reader.GetDouble(column);

    /// <summary>Reads a DOUBLE PRECISION that may be NULL.</summary>
    /// <param name="column">The column's number.</param>
    public double? GetDoubleOrNull(int column) => IsNull(column) ? null : GetDouble(column);

    /// <summary>Reads a TEXT.</summary>
    /// <param name="column">The column's number; not NULL.</param>
    public string GetText(int column) => _reader.GetString(column);

    /// <summary>Reads a TEXT that may be NULL.</summary>
    /// <param name="column">The column's number.</param>
    public string? GetTextOrNull(int column) => IsNull(column) ? null : GetText(column);

    /// <summary>Reads a BLOB.</summary>
    /// <param name="column">The column's number; not NULL.</param>
    public byte[] GetBlob(int column) => _reader.GetFieldValue<byte[]>(column);

    /// <summary>Reads a moment from a BIGINT of microseconds.</summary>
    /// <param name="column">The column's number; not NULL.</param>
    public DateTimeOffset GetTime(int column) => MetadataTime.FromMicroseconds(GetInt64(column));

    /// <summary>Reads a moment that may be NULL.</summary>
    /// <param name="column">The column's number.</param>
    public DateTimeOffset? GetTimeOrNull(int column) => IsNull(column) ? null : GetTime(column);

    /// <summary>Reads a digest from its written form.</summary>
    /// <param name="column">The column's number; not NULL.</param>
    /// <exception cref="FormatException">The column holds something else.</exception>
    public ContentDigest GetDigest(int column) => ContentDigest.Parse(GetText(column));

    /// <summary>Reads a digest that may be NULL.</summary>
    /// <param name="column">The column's number.</param>
    public ContentDigest? GetDigestOrNull(int column) => IsNull(column) ? null : GetDigest(column);
}
