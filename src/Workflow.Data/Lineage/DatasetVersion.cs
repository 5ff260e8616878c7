using Apache.Arrow;
using Workflow.Data.Storage;
using Workflow.Data.Tables;

namespace Workflow.Data.Lineage;

/// <summary>What a version of a data set is: its digest, its columns and its number of rows. Immutable.</summary>
/// <remarks>Two versions are the same when their <see cref="Digest"/> is: the record compares schemas by reference.</remarks>
public sealed record DatasetVersion
{
    /// <summary>Gets what the data set is called. At most 255 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the SHA-256 of the data: of the rows (<see cref="TableDigest"/>), or of the file.</summary>
    public required ContentDigest Digest { get; init; }

    /// <summary>Gets the columns. Metadata of schema and fields is not kept.</summary>
    public required Schema Schema { get; init; }

    /// <summary>Gets the number of rows.</summary>
    public required long Rows { get; init; }

    /// <summary>Gets the thing that stands for it in lineage.</summary>
    public LineageNode Node => new(LineageKinds.Dataset, Digest.ToString());

    /// <summary>Reads a table once, and describes it.</summary>
    /// <param name="name">What the data set is called.</param>
    /// <param name="table">Borrowed.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    public static async Task<DatasetVersion> OfAsync(string name, TableSource table, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(table);
        var digest = await TableDigest.ComputeAsync(table, cancellationToken: cancellationToken).ConfigureAwait(false);
        var rows = 0L;
        if (table.RowCount is { } known)
        {
            rows = known;
        }
        else
        {
            await foreach (var batch in table.ReadAsync(table.Schema.FieldsList.Take(1).Select(f => f.Name).ToArray(), cancellationToken).ConfigureAwait(false))
            {
                using (batch)
                {
                    rows += batch.Length;
                }
            }
        }

        return new DatasetVersion { Name = name, Digest = digest, Schema = table.Schema, Rows = rows };
    }
}
