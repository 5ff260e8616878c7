using Workflow.Data.Metadata;
using Workflow.Data.Registry.Webhooks;

namespace Workflow.Data.Registry;

/// <summary>Moves an alias, forward to a named version, away, or back to the earlier holder, inside one transaction.</summary>
internal sealed class AliasMove(AliasOrder order)
{
    public async Task<(AliasAssignment Assignment, bool IsNew)> ApplyAsync(MetadataTransaction transaction, CancellationToken cancellationToken)
    {
        if (order.Lease is { } lease)
        {
            await transaction.RequireCurrentAsync(lease, cancellationToken).ConfigureAwait(false);
        }

        var current = await RegistryStore.CurrentAsync(transaction, order.Model, order.Alias, cancellationToken).ConfigureAwait(false);
        if (order.Action == AuditRow.SetAlias && order.Version is { } version && await RegistryStore.VersionAsync(transaction, order.Model, version, cancellationToken).ConfigureAwait(false) is null)
        {
            throw await RegistryStore.NotFoundAsync(transaction, order.Model, $"{order.Model}/{version}", cancellationToken).ConfigureAwait(false);
        }

        if (order.Version is null or 0 && current is null)
        {
            throw await RegistryStore.NotFoundAsync(transaction, order.Model, order.Reference, cancellationToken).ConfigureAwait(false);
        }

        if (current is not null && await HasHappenedAsync(transaction, current, cancellationToken).ConfigureAwait(false))
        {
            return (await RegistryStore.DescribeAsync(transaction, current, cancellationToken).ConfigureAwait(false), false);
        }

        if (order.Expected is { } expected && expected != (current?.Generation ?? 0))
        {
            throw new AliasConflictException(order.Reference, expected, current?.Generation ?? 0);
        }

        await RequireAllowedAsync(transaction, cancellationToken).ConfigureAwait(false);
        var row = await NextAsync(transaction, current, cancellationToken).ConfigureAwait(false);
        await RegistryStore.AddAssignmentAsync(transaction, row, cancellationToken).ConfigureAwait(false);
        var details = row.ToDetails();
        if (order.Override is not null)
        {
            details["override"] = order.Override;
        }

        await AuditChain.AppendAsync(transaction, order.Actor, order.Action, details, cancellationToken).ConfigureAwait(false);
        var assignment = await RegistryStore.DescribeAsync(transaction, row, cancellationToken).ConfigureAwait(false);
        await WebhookOutbox.EnqueueAsync(transaction, assignment, cancellationToken).ConfigureAwait(false);
        return (assignment, true);
    }

    private async Task RequireAllowedAsync(MetadataTransaction transaction, CancellationToken cancellationToken)
    {
        // Going back needs no evidence: who is on call must not have to look for some.
        if (order.Version is null || order.Evidence is not null || order.Override is not null)
        {
            return;
        }

        if (await RegistryRecords.GetAsync(transaction, new RegistryRecord(RegistryRecord.ProtectedAlias, order.Model, 0, order.Alias, ""), cancellationToken).ConfigureAwait(false) is not null)
        {
            throw new AliasProtectedException(order.Reference);
        }
    }

    private async Task<AssignmentRow> NextAsync(MetadataTransaction transaction, AssignmentRow? current, CancellationToken cancellationToken)
    {
        var row = new AssignmentRow
        {
            Model = order.Model,
            Alias = order.Alias,
            Generation = (current?.Generation ?? 0) + 1,
            Version = order.Version ?? 0,

            // A time without a holder is nothing to go back to.
            RollbackGeneration = current is { Version: 0 } ? current.RollbackGeneration : current?.Generation,
            Actor = order.Actor,
            Reason = order.Reason,
            Evidence = order.Evidence,
            At = MetadataTime.ToMicroseconds(transaction.Now),
        };
        var target = current is null ? null : await TargetAsync(transaction, current, cancellationToken).ConfigureAwait(false);
        if (order.Version is { } version)
        {
            // Given back to the one it was taken from: as if it had never been taken away.
            return current is { Version: 0 } && target?.Version == version ? row with { RollbackGeneration = target.RollbackGeneration } : row;
        }

        _ = target ?? throw new InvalidOperationException($"'{order.Reference}' cannot be rolled back: {(current!.Version == 0 ? "it" : $"version {current.Version}")} has no earlier holder. Point it at a version instead.");
        if (await RegistryStore.VersionAsync(transaction, order.Model, target.Version, cancellationToken).ConfigureAwait(false) is null)
        {
            throw new InvalidOperationException($"'{order.Reference}' cannot be rolled back: the earlier holder {order.Model}/{target.Version} has been deleted. Restore it, or point the alias at another version.");
        }

        // Going back again goes on from where the target came from: not to the version just left.
        return row with { Version = target.Version, RollbackGeneration = target.RollbackGeneration };
    }

    /// <summary>Whether this very order was carried out before, by a caller that did not live to hear of it.</summary>
    private async Task<bool> HasHappenedAsync(MetadataTransaction transaction, AssignmentRow current, CancellationToken cancellationToken)
    {
        if (order.Version is { } version)
        {
            return current.Version == version;
        }

        if (order.Expected is not { } expected || current.Generation != expected + 1
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
