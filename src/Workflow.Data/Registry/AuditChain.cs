using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Workflow.Data.Definitions;
using Workflow.Data.Metadata;
using Workflow.Data.Storage;

namespace Workflow.Data.Registry;

/// <summary>Appends to the audit log and reads it in pages.</summary>
internal static class AuditChain
{
    public const int PageSize = 1000;

    /// <summary>What the first entry has as the hash of the one before it.</summary>
    public static readonly string Genesis = default(ContentDigest).ToString();

    /// <summary>Appends in the transaction of the change itself: neither is ever there without the other.</summary>
    public static async Task AppendAsync(MetadataTransaction transaction, string actor, string action, JsonObject details, CancellationToken cancellationToken)
    {
        var head = await HeadAsync(transaction, cancellationToken).ConfigureAwait(false);
        var entry = new AuditRow
        {
            Sequence = (head?.Sequence ?? 0) + 1,
            At = MetadataTime.ToMicroseconds(transaction.Now),
            Actor = actor,
            Action = action,
            Details = Encoding.UTF8.GetString(CanonicalJson.Serialize(details)),
            PreviousHash = head?.Hash ?? Genesis,
        };
        var hash = entry.ComputeHash();
        await transaction.ExecuteAsync(
            $"""
            INSERT INTO data_audit_entries (sequence, written_at, actor, action, details, previous_hash, hash)
            VALUES ({entry.Sequence}, {entry.At}, {entry.Actor}, {entry.Action}, {entry.Details}, {entry.PreviousHash}, {hash})
            """,
            cancellationToken).ConfigureAwait(false);
        await transaction.ExecuteAsync(
            $"""
            INSERT INTO data_audit_head (id, sequence, hash) VALUES (1, {entry.Sequence}, {hash})
            ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash
            """,
            cancellationToken).ConfigureAwait(false);
    }

    public static Task<ImmutableArray<AuditRow>> PageAsync(MetadataTransaction transaction, long after, CancellationToken cancellationToken) =>
        transaction.QueryAsync(
            $"""
            SELECT sequence, written_at, actor, action, details, previous_hash, hash FROM data_audit_entries
            WHERE sequence > {after} ORDER BY sequence LIMIT {PageSize}
            """,
            AuditRow.From,
            cancellationToken);

    private static async Task<AuditHead?> HeadAsync(MetadataTransaction transaction, CancellationToken cancellationToken) =>
        await transaction.QuerySingleAsync(
            $"SELECT sequence, hash FROM data_audit_head WHERE id = 1",
            static row => new AuditHead(row.GetInt64(0), row.GetText(1)),
            cancellationToken).ConfigureAwait(false);
}
