using System.Collections.Immutable;
using System.Globalization;
using Workflow.Data.Lineage;
using Workflow.Data.Metadata;

namespace Workflow.Data.Registry;

/// <summary>Deletes a version and brings it back, inside one transaction.</summary>
internal sealed class VersionRemoval
{
    private readonly VersionDeletion _order;

    public VersionRemoval(VersionDeletion order)
    {
        RegistryNames.RequireModel(order.Model, nameof(order));
        RegistryNames.RequireText(order.Actor, 255, nameof(order));
        RegistryNames.RequireText(order.Reason, 4000, nameof(order));
        _order = order;
    }

    private string Reference => string.Create(CultureInfo.InvariantCulture, $"{_order.Model}/{_order.Version}");

    public async Task<DeletedVersion> DeleteAsync(MetadataTransaction transaction, CancellationToken cancellationToken)
    {
        if (await FindAsync(transaction, cancellationToken).ConfigureAwait(false) is { } deleted)
        {
            return deleted;
        }

        if (await RegistryStore.VersionAsync(transaction, _order.Model, _order.Version, cancellationToken).ConfigureAwait(false) is null)
        {
            throw await RegistryStore.NotFoundAsync(transaction, _order.Model, Reference, cancellationToken).ConfigureAwait(false);
        }

        var uses = await UsesAsync(transaction, cancellationToken).ConfigureAwait(false);
        if (!uses.IsEmpty)
        {
            throw new ModelInUseException(Reference, uses);
        }

        deleted = new DeletedVersion { Model = _order.Model, Version = _order.Version, Actor = _order.Actor, Reason = _order.Reason, At = transaction.Now, IsPurged = false };
        await RegistryRecords.ApplyAsync(transaction, deleted.ToRecord(), new RecordChange(AuditRow.DeleteVersion, _order.Actor, _order.Reason), cancellationToken).ConfigureAwait(false);
        return deleted;
    }

    public async Task<ModelVersion> RestoreAsync(MetadataTransaction transaction, CancellationToken cancellationToken)
    {
        if (await FindAsync(transaction, cancellationToken).ConfigureAwait(false) is { } deleted)
        {
            if (deleted.IsPurged)
            {
                throw new InvalidOperationException($"'{Reference}' was purged and cannot be brought back: its artifact may be gone. Register the artifact again, under another run.");
            }

            await RegistryRecords.ApplyAsync(transaction, deleted.ToRecord(), new RecordChange(AuditRow.RestoreVersion, _order.Actor, _order.Reason), cancellationToken).ConfigureAwait(false);
        }

        return await RegistryStore.VersionAsync(transaction, _order.Model, _order.Version, cancellationToken).ConfigureAwait(false) is { } row
            ? row.ToVersion()
            : throw await RegistryStore.NotFoundAsync(transaction, _order.Model, Reference, cancellationToken).ConfigureAwait(false);
    }

    private async Task<DeletedVersion?> FindAsync(MetadataTransaction transaction, CancellationToken cancellationToken) =>
        await RegistryRecords.GetAsync(transaction, new RegistryRecord(RegistryRecord.Deletion, _order.Model, _order.Version, "", ""), cancellationToken).ConfigureAwait(false) is { } record
            ? DeletedVersion.From(record)
            : null;

    private async Task<ImmutableArray<string>> UsesAsync(MetadataTransaction transaction, CancellationToken cancellationToken)
    {
        var holders = await RegistryStore.HoldersAsync(transaction, cancellationToken).ConfigureAwait(false);
        var heirs = await LineageWalk.RunAsync(
            transaction,
            new LineageQuery { Node = new LineageNode(LineageKinds.Model, Reference), Direction = LineageDirection.Downstream, MaxDepth = LineageStore.MaxDepth },
            cancellationToken).ConfigureAwait(false);
        if (heirs.IsTruncated)
        {
            // Rather kept than lost.
            return [$"too much came of it to see whether any of that is in use (more than {LineageQuery.MostNodes} things)"];
        }

        var models = heirs.Nodes.Where(n => n.Kind == LineageKinds.Model && n.Id != Reference).Select(n => n.Id).ToHashSet(StringComparer.Ordinal);
        var uses = ImmutableArray.CreateBuilder<string>();
        foreach (var holder in holders)
        {
            var held = string.Create(CultureInfo.InvariantCulture, $"{holder.Model}/{holder.Version}");
            if (held == Reference)
            {
                uses.Add($"{holder.Model}@{holder.Alias} points at it");
            }
            else if (models.Contains(held))
            {
                uses.Add($"{held}, at which {holder.Model}@{holder.Alias} points, came of it");
            }
            else if (holder.Model == _order.Model
                && await RegistryStore.AssignmentAsync(transaction, holder, holder.RollbackGeneration, cancellationToken).ConfigureAwait(false) is { } back && back.Version == _order.Version)
            {
                uses.Add($"a rollback of {holder.Model}@{holder.Alias} leads to it");
            }
        }

        return uses.ToImmutable();
    }
}
