using System.Collections.Immutable;
using System.Globalization;
using Workflow.Data.Metadata;
using Workflow.Data.Storage;

namespace Workflow.Data.Registry;

/// <summary>Makes deletions final. A crash between any two steps leaves artifacts on the list, and the next purge goes on with it.</summary>
internal sealed class ModelPurge(MetadataDatabase database, IPurgeableObjectStore objects, ModelPurgeOptions options)
{
    public async Task<ModelPurgeResult> RunAsync(CancellationToken cancellationToken)
    {
        var versions = await database.WriteAsync(MarkAsync, cancellationToken).ConfigureAwait(false);
        var listed = await database.ReadAsync(
            static (transaction, token) => transaction.QueryAsync($"SELECT artifact FROM data_purged_artifacts ORDER BY artifact", static row => row.GetDigest(0), token),
            cancellationToken).ConfigureAwait(false);
        var removed = ImmutableArray.CreateBuilder<ContentDigest>();
        var kept = ImmutableArray.CreateBuilder<ContentDigest>();
        foreach (var artifact in listed)
        {
            // The writer's turn is held meanwhile, so that nobody registers the artifact between the question and the removal.
            var isRemoved = await database.WriteAsync((transaction, token) => RemoveAsync(transaction, artifact, token), cancellationToken).ConfigureAwait(false);
            (isRemoved ? removed : kept).Add(artifact);
        }

        return new ModelPurgeResult { Versions = versions, Removed = removed.ToImmutable(), Kept = kept.ToImmutable() };
    }

    private async Task<ImmutableArray<string>> MarkAsync(MetadataTransaction transaction, CancellationToken cancellationToken)
    {
        var purged = ImmutableArray.CreateBuilder<string>();
        foreach (var record in await RegistryRecords.ListAsync(transaction, RegistryRecord.Deletion, cancellationToken).ConfigureAwait(false))
        {
            var deleted = DeletedVersion.From(record);
            if (deleted.IsPurged || deleted.At > transaction.Now - options.Grace)
            {
                continue;
            }

            await RegistryRecords.ApplyAsync(transaction, (deleted with { IsPurged = true }).ToRecord(), new RecordChange(AuditRow.PurgeVersion, options.Actor), cancellationToken).ConfigureAwait(false);
            await transaction.ExecuteAsync(
                $"""
                INSERT INTO data_purged_artifacts (artifact, purged_at)
                SELECT artifact, {transaction.Now} FROM data_model_versions WHERE model = {deleted.Model} AND number = {deleted.Version}
                ON CONFLICT (artifact) DO NOTHING
                """,
                cancellationToken).ConfigureAwait(false);
            purged.Add(string.Create(CultureInfo.InvariantCulture, $"{deleted.Model}/{deleted.Version}"));
        }

        return purged.ToImmutable();
    }

    private async Task<bool> RemoveAsync(MetadataTransaction transaction, ContentDigest artifact, CancellationToken cancellationToken)
    {
        var isUsed = await IsUsedAsync(transaction, artifact, cancellationToken).ConfigureAwait(false);
        var isGone = !isUsed
            && (await objects.DeleteAsync(artifact, transaction.Now - options.Grace, cancellationToken).ConfigureAwait(false)
                || !await objects.ExistsAsync(artifact, cancellationToken).ConfigureAwait(false));
        if (isUsed || isGone)
        {
            await transaction.ExecuteAsync($"DELETE FROM data_purged_artifacts WHERE artifact = {artifact}", cancellationToken).ConfigureAwait(false);
        }

        return isGone;
    }

    // A version that was only deleted may come back, and an artifact may also be somebody's evidence.
    private static async Task<bool> IsUsedAsync(MetadataTransaction transaction, ContentDigest artifact, CancellationToken cancellationToken)
    {
        var deletions = await transaction.QueryAsync(
            $"""
            SELECT d.kind, d.model, d.number, d.name, d.value FROM data_model_versions v
            LEFT JOIN data_registry_records d ON d.kind = 'deletion' AND d.model = v.model AND d.number = v.number WHERE v.artifact = {artifact}
            """,
            static row => row.IsNull(0) ? null : RegistryRecord.From(row),
            cancellationToken).ConfigureAwait(false);
        var evidence = await transaction.QuerySingleAsync(
            $"SELECT count(*) FROM data_alias_assignments WHERE evidence = {artifact}", static row => row.GetInt64(0), cancellationToken).ConfigureAwait(false);
        return evidence > 0 || deletions.Any(d => d is null || !DeletedVersion.From(d).IsPurged);
    }
}
