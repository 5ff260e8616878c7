using Workflow.Data.Metadata;
using Workflow.Data.Storage;

namespace Workflow.Data.Registry;

/// <summary>Moves an alias, forward to a named version or back to the earlier holder, inside one transaction.</summary>
internal sealed class AliasMove
{
    private readonly string _model;
    private readonly string _alias;
    private readonly long? _version;
    private readonly string _actor;
    private readonly string _reason;
    private readonly ContentDigest? _evidence;
    private readonly long? _expected;

    private AliasMove(string model, string alias, long? version, string actor, string reason, ContentDigest? evidence, long? expected)
    {
        RegistryNames.RequireModel(model, nameof(model));
        RegistryNames.RequireAlias(alias, nameof(alias));
        RegistryNames.RequireText(actor, 255, nameof(actor));
        RegistryNames.RequireText(reason, 4000, nameof(reason));
        (_model, _alias, _version, _actor, _reason, _evidence, _expected) = (model, alias, version, actor, reason, evidence, expected);
    }

    private string Reference => $"{_model}@{_alias}";

    public static AliasMove Of(AliasChange change) =>
        new(change.Model, change.Alias, change.Version, change.Actor, change.Reason, change.Evidence, change.ExpectedGeneration);

    public static AliasMove Of(AliasRollback rollback) =>
        new(rollback.Model, rollback.Alias, version: null, rollback.Actor, rollback.Reason, evidence: null, rollback.ExpectedGeneration);

    public async Task<(AliasAssignment Assignment, bool IsNew)> ApplyAsync(MetadataTransaction transaction, CancellationToken cancellationToken)
    {
        var current = await RegistryStore.CurrentAsync(transaction, _model, _alias, cancellationToken).ConfigureAwait(false);
        if (_version is { } version && await RegistryStore.VersionAsync(transaction, _model, version, cancellationToken).ConfigureAwait(false) is null)
        {
            throw await RegistryStore.NotFoundAsync(transaction, _model, $"{_model}/{version}", cancellationToken).ConfigureAwait(false);
        }

        if (_version is null && current is null)
        {
            throw await RegistryStore.NotFoundAsync(transaction, _model, Reference, cancellationToken).ConfigureAwait(false);
        }

        if (current is not null && await HasHappenedAsync(transaction, current, cancellationToken).ConfigureAwait(false))
        {
            return (await RegistryStore.DescribeAsync(transaction, current, cancellationToken).ConfigureAwait(false), false);
        }

        if (_expected is { } expected && expected != (current?.Generation ?? 0))
        {
            throw new AliasConflictException(Reference, expected, current?.Generation ?? 0);
        }

        var row = new AssignmentRow
        {
            Model = _model,
            Alias = _alias,
            Generation = (current?.Generation ?? 0) + 1,
            Version = _version ?? 0,
            RollbackGeneration = current?.Generation,
            Actor = _actor,
            Reason = _reason,
            Evidence = _evidence?.ToString(),
            At = MetadataTime.ToMicroseconds(transaction.Now),
        };
        if (_version is null)
        {
            var target = await TargetAsync(transaction, current!, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"'{Reference}' cannot be rolled back: version {current!.Version} has no earlier holder. Point it at a version instead.");

            // Going back again goes on from where the target came from: not to the version just left.
            row = row with { Version = target.Version, RollbackGeneration = target.RollbackGeneration };
        }

        await RegistryStore.AddAssignmentAsync(transaction, row, cancellationToken).ConfigureAwait(false);
        await AuditChain.AppendAsync(transaction, _actor, _version is null ? AuditRow.RollbackAlias : AuditRow.SetAlias, row.ToDetails(), cancellationToken).ConfigureAwait(false);
        return (await RegistryStore.DescribeAsync(transaction, row, cancellationToken).ConfigureAwait(false), true);
    }

    /// <summary>Whether this very order was carried out before, by a caller that did not live to hear of it.</summary>
    private async Task<bool> HasHappenedAsync(MetadataTransaction transaction, AssignmentRow current, CancellationToken cancellationToken)
    {
        if (_version is { } version)
        {
            return current.Version == version;
        }

        if (_expected is not { } expected || current.Generation != expected + 1
            || await RegistryStore.AssignmentAsync(transaction, current, expected, cancellationToken).ConfigureAwait(false) is not { } left)
        {
            return false;
        }

        var target = await TargetAsync(transaction, left, cancellationToken).ConfigureAwait(false);
        return target is not null && target.Version == current.Version && target.RollbackGeneration == current.RollbackGeneration;
    }

    private static async Task<AssignmentRow?> TargetAsync(MetadataTransaction transaction, AssignmentRow of, CancellationToken cancellationToken) =>
        of.RollbackGeneration is { } generation
            ? await RegistryStore.AssignmentAsync(transaction, of, generation, cancellationToken).ConfigureAwait(false)
            : null;
}
