using System.Collections.Immutable;
using Workflow.Data.Metadata;

namespace Workflow.Data.Registry;

/// <summary>The registry's statements, each inside a transaction of the caller.</summary>
internal static class RegistryStore
{
    public static Task<ImmutableArray<VersionRow>> VersionsAsync(MetadataTransaction transaction, string model, CancellationToken cancellationToken) =>
        transaction.QueryAsync(
            $"""
            SELECT model, number, artifact, format, signature, run_id, facts, created_by, created_at
            FROM data_model_versions v WHERE model = {model}
            AND NOT EXISTS (SELECT 1 FROM data_registry_records d WHERE d.kind = 'deletion' AND d.model = v.model AND d.number = v.number)
            ORDER BY number
            """,
            VersionRow.From,
            cancellationToken);

    public static Task<ImmutableArray<VersionRow>> LatestVersionsAsync(MetadataTransaction transaction, CancellationToken cancellationToken) =>
        transaction.QueryAsync(
            $"""
            SELECT model, number, artifact, format, signature, run_id, facts, created_by, created_at FROM data_model_versions v
            WHERE number = (
                SELECT max(number) FROM data_model_versions w WHERE w.model = v.model
                AND NOT EXISTS (SELECT 1 FROM data_registry_records d WHERE d.kind = 'deletion' AND d.model = w.model AND d.number = w.number))
            """,
            VersionRow.From,
            cancellationToken);

    /// <summary>A version that has not been deleted.</summary>
    public static Task<VersionRow?> VersionAsync(MetadataTransaction transaction, string model, long number, CancellationToken cancellationToken) =>
        transaction.QuerySingleAsync(
            $"""
            SELECT model, number, artifact, format, signature, run_id, facts, created_by, created_at
            FROM data_model_versions WHERE model = {model} AND number = {number}
            AND NOT EXISTS (SELECT 1 FROM data_registry_records d WHERE d.kind = 'deletion' AND d.model = {model} AND d.number = {number})
            """,
            VersionRow.From,
            cancellationToken);

    public static Task<VersionRow?> SameVersionAsync(MetadataTransaction transaction, VersionRow draft, CancellationToken cancellationToken) =>
        transaction.QuerySingleAsync(
            $"""
            SELECT model, number, artifact, format, signature, run_id, facts, created_by, created_at
            FROM data_model_versions WHERE model = {draft.Model} AND artifact = {draft.Artifact} AND run_id = {draft.RunId}
            """,
            VersionRow.From,
            cancellationToken);

    public static Task<long> LastNumberAsync(MetadataTransaction transaction, string model, CancellationToken cancellationToken) =>
        transaction.QuerySingleAsync(
            $"SELECT coalesce(max(number), 0) FROM data_model_versions WHERE model = {model}", static row => row.GetInt64(0), cancellationToken);

    public static Task AddVersionAsync(MetadataTransaction transaction, VersionRow row, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            $"""
            INSERT INTO data_model_versions (model, number, artifact, format, signature, run_id, facts, created_by, created_at)
            VALUES ({row.Model}, {row.Number}, {row.Artifact}, {row.Format}, {row.Signature}, {row.RunId}, {row.Facts}, {row.CreatedBy}, {row.CreatedAt})
            """,
            cancellationToken);

    /// <summary>Everybody who ever held an alias of a model, oldest first.</summary>
    public static Task<ImmutableArray<AssignmentRow>> AssignmentsAsync(MetadataTransaction transaction, string model, CancellationToken cancellationToken) =>
        transaction.QueryAsync(
            $"""
            SELECT model, alias, generation, version, rollback_generation, actor, reason, evidence, assigned_at
            FROM data_alias_assignments WHERE model = {model} ORDER BY alias, generation
            """,
            AssignmentRow.From,
            cancellationToken);

    public static Task<AssignmentRow?> CurrentAsync(MetadataTransaction transaction, string model, string alias, CancellationToken cancellationToken) =>
        transaction.QuerySingleAsync(
            $"""
            SELECT model, alias, generation, version, rollback_generation, actor, reason, evidence, assigned_at
            FROM data_alias_assignments WHERE model = {model} AND alias = {alias} ORDER BY generation DESC LIMIT 1
            """,
            AssignmentRow.From,
            cancellationToken);

    /// <summary>Who holds any alias of any model now. An alias that was taken away has no holder.</summary>
    public static Task<ImmutableArray<AssignmentRow>> HoldersAsync(MetadataTransaction transaction, CancellationToken cancellationToken) =>
        transaction.QueryAsync(
            $"""
            SELECT model, alias, generation, version, rollback_generation, actor, reason, evidence, assigned_at FROM data_alias_assignments a
            WHERE version > 0 AND generation = (SELECT max(b.generation) FROM data_alias_assignments b WHERE b.model = a.model AND b.alias = a.alias)
            ORDER BY model, alias
            """,
            AssignmentRow.From,
            cancellationToken);

    public static Task<AssignmentRow?> AssignmentAsync(MetadataTransaction transaction, AssignmentRow of, long? generation, CancellationToken cancellationToken) =>
        transaction.QuerySingleAsync(
            $"""
            SELECT model, alias, generation, version, rollback_generation, actor, reason, evidence, assigned_at
            FROM data_alias_assignments WHERE model = {of.Model} AND alias = {of.Alias} AND generation = {generation ?? 0}
            """,
            AssignmentRow.From,
            cancellationToken);

    public static Task AddAssignmentAsync(MetadataTransaction transaction, AssignmentRow row, CancellationToken cancellationToken) =>
        transaction.ExecuteAsync(
            $"""
            INSERT INTO data_alias_assignments (model, alias, generation, version, rollback_generation, actor, reason, evidence, assigned_at)
            VALUES ({row.Model}, {row.Alias}, {row.Generation}, {row.Version}, {row.RollbackGeneration}, {row.Actor}, {row.Reason}, {row.Evidence}, {row.At})
            """,
            cancellationToken);

    /// <summary>Gives an assignment together with the holders that its two other numbers stand for.</summary>
    public static async Task<AliasAssignment> DescribeAsync(MetadataTransaction transaction, AssignmentRow row, CancellationToken cancellationToken)
    {
        var previous = await AssignmentAsync(transaction, row, row.Generation - 1, cancellationToken).ConfigureAwait(false);
        var rollback = await AssignmentAsync(transaction, row, row.RollbackGeneration, cancellationToken).ConfigureAwait(false);
        return row.ToAssignment(previous?.Version, rollback?.Version);
    }

    /// <summary>Tells what there is, for the message about what there is not.</summary>
    public static async Task<ModelNotFoundException> NotFoundAsync(MetadataTransaction transaction, string model, string reference, CancellationToken cancellationToken)
    {
        var versions = await VersionsAsync(transaction, model, cancellationToken).ConfigureAwait(false);
        var aliases = AliasHistory.Current(await AssignmentsAsync(transaction, model, cancellationToken).ConfigureAwait(false));
        var available = versions.IsEmpty
            ? await transaction.QueryAsync($"SELECT DISTINCT model FROM data_model_versions ORDER BY model", static row => row.GetText(0), cancellationToken).ConfigureAwait(false)
            : [.. aliases.Select(a => $"{model}@{a.Alias}"), .. versions.Reverse().Select(v => $"{model}/{v.Number}")];
        return new ModelNotFoundException(reference, available);
    }
}
