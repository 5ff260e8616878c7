using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Workflow.Data.Definitions;
using Workflow.Data.Metadata;
using Workflow.Data.Registry;

namespace Workflow.Data.Lineage;

/// <summary>A row of data_lineage_datasets, and the statements about it.</summary>
internal sealed record DatasetRow(string Digest, string Name, long Rows, string Columns)
{
    public static DatasetRow From(DatasetVersion version)
    {
        if (version.Digest == default)
        {
            throw new ArgumentException($"The version of '{version.Name}' has no digest.", nameof(version));
        }

        LineageStore.RequireText(version.Name, 255, nameof(DatasetVersion.Name));
        ArgumentOutOfRangeException.ThrowIfNegative(version.Rows);
        return new DatasetRow(version.Digest.ToString(), version.Name, version.Rows, Encoding.UTF8.GetString(CanonicalJson.Serialize(SignatureJson.WriteColumns(version.Schema))));
    }

    public DatasetVersion ToVersion() => new()
    {
        Name = Name,
        Digest = Storage.ContentDigest.Parse(Digest),
        Rows = Rows,
        Schema = SignatureJson.ReadColumns(JsonNode.Parse(Columns)!.AsArray()),
    };

    public static Task<DatasetRow?> FindAsync(MetadataTransaction transaction, string digest, CancellationToken cancellationToken) =>
        transaction.QuerySingleAsync($"SELECT digest, name, row_count, columns FROM data_lineage_datasets WHERE digest = {digest}", Read, cancellationToken);

    public static Task<ImmutableArray<DatasetRow>> ListAsync(MetadataTransaction transaction, string name, CancellationToken cancellationToken) =>
        transaction.QueryAsync(
            $"SELECT digest, name, row_count, columns FROM data_lineage_datasets WHERE name = {name} ORDER BY described_at, digest", Read, cancellationToken);

    /// <summary>Adds it, unless it is there. Equal bytes have equal columns and rows: something else under the digest is a mistake.</summary>
    public static async Task AddAsync(DatasetRow version, MetadataTransaction transaction, CancellationToken cancellationToken)
    {
        if (await FindAsync(transaction, version.Digest, cancellationToken).ConfigureAwait(false) is { } other)
        {
            if (other.Rows != version.Rows || other.Columns != version.Columns)
            {
                throw new ArgumentException($"The data {version.Digest} was described as '{other.Name}' with {other.Rows} rows and the columns {other.Columns}; got '{version.Name}' with {version.Rows} rows and {version.Columns}.", nameof(version));
            }

            return;
        }

        await transaction.ExecuteAsync(
            $"INSERT INTO data_lineage_datasets (digest, name, row_count, columns, described_at) VALUES ({version.Digest}, {version.Name}, {version.Rows}, {version.Columns}, {transaction.Now})",
            cancellationToken).ConfigureAwait(false);
    }

    private static DatasetRow Read(MetadataRow row) => new(row.GetText(0), row.GetText(1), row.GetInt64(2), row.GetText(3));
}
