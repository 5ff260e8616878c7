using System.Collections.Immutable;
using Workflow.Data.Metadata;

namespace Workflow.Data.Registry;

/// <summary>The statements about records, each inside a transaction of the caller.</summary>
internal static class RegistryRecords
{
    public static Task<RegistryRecord?> GetAsync(MetadataTransaction transaction, RegistryRecord of, CancellationToken cancellationToken) =>
        transaction.QuerySingleAsync(
            $"""
            SELECT kind, model, number, name, value FROM data_registry_records
            WHERE kind = {of.Kind} AND model = {of.Model} AND number = {of.Number} AND name = {of.Name}
            """,
            RegistryRecord.From,
            cancellationToken);

    /// <summary>All records of one kind about one model, also those about its versions, in order of version and name.</summary>
    public static Task<ImmutableArray<RegistryRecord>> ListAsync(MetadataTransaction transaction, string kind, string model, CancellationToken cancellationToken) =>
        transaction.QueryAsync(
            $"SELECT kind, model, number, name, value FROM data_registry_records WHERE kind = {kind} AND model = {model} ORDER BY number, name",
            RegistryRecord.From,
            cancellationToken);

    /// <summary>All records of one kind.</summary>
    public static Task<ImmutableArray<RegistryRecord>> ListAsync(MetadataTransaction transaction, string kind, CancellationToken cancellationToken) =>
        transaction.QueryAsync(
            $"SELECT kind, model, number, name, value FROM data_registry_records WHERE kind = {kind} ORDER BY model, number, name",
            RegistryRecord.From,
            cancellationToken);

    /// <summary>Sets or removes a record and says so in the audit log; nothing where it is so already.</summary>
    /// <returns>Whether anything changed.</returns>
    public static async Task<bool> ApplyAsync(MetadataTransaction transaction, RegistryRecord record, RecordChange change, CancellationToken cancellationToken)
    {
        var current = await GetAsync(transaction, record, cancellationToken).ConfigureAwait(false);
        if (RegistryRecord.IsRemoval(change.Action))
        {
            if (current is null)
            {
                return false;
            }

            await transaction.ExecuteAsync(
                $"DELETE FROM data_registry_records WHERE kind = {record.Kind} AND model = {record.Model} AND number = {record.Number} AND name = {record.Name}",
                cancellationToken).ConfigureAwait(false);
        }
        else
        {
            if (current == record)
            {
                return false;
            }

            await transaction.ExecuteAsync(
                $"""
                INSERT INTO data_registry_records (kind, model, number, name, value)
                VALUES ({record.Kind}, {record.Model}, {record.Number}, {record.Name}, {record.Value})
                ON CONFLICT (kind, model, number, name) DO UPDATE SET value = excluded.value
                """,
                cancellationToken).ConfigureAwait(false);
        }

        await AuditChain.AppendAsync(transaction, change.Actor, change.Action, record.ToDetails(change.Action, change.Reason), cancellationToken).ConfigureAwait(false);
        return true;
    }
}
