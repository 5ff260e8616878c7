using System.Globalization;
using Workflow.Data.Metadata;

namespace Workflow.Data.Registry;

/// <summary>A checked order to change one record.</summary>
internal sealed class RecordOrder
{
    public const string Own = "workflow.";
    private readonly RegistryRecord _record;
    private readonly RecordChange _change;

    private RecordOrder(RegistryRecord record, RecordChange change) => (_record, _change) = (record, change);

    public static RecordOrder Of(AliasProtection protection)
    {
        RegistryNames.RequireModel(protection.Model, nameof(protection));
        RegistryNames.RequireAlias(protection.Alias, nameof(protection));
        RegistryNames.RequireText(protection.Actor, 255, nameof(protection));
        RegistryNames.RequireText(protection.Reason, 4000, nameof(protection));
        return new RecordOrder(
            new RegistryRecord(RegistryRecord.ProtectedAlias, protection.Model, 0, protection.Alias, ""),
            new RecordChange(protection.IsProtected ? AuditRow.ProtectAlias : AuditRow.UnprotectAlias, protection.Actor, protection.Reason));
    }

    public static RecordOrder Of(ModelTagChange change)
    {
        RegistryNames.RequireModel(change.Model, nameof(change));
        RegistryNames.RequireText(change.Name, 250, nameof(change));
        RegistryNames.RequireText(change.Actor, 255, nameof(change));
        if (change.Name.StartsWith(Own, StringComparison.Ordinal))
        {
            throw new ArgumentException($"The tag '{change.Name}' is the suite's own: choose a name that does not begin with '{Own}'.", nameof(change));
        }

        if (change.Value is { Length: > 100_000 })
        {
            throw new ArgumentException($"The value of the tag '{change.Name}' has {change.Value.Length} characters, expected at most 100000.", nameof(change));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(change.Version ?? 1, 1, nameof(change));
        return new RecordOrder(
            new RegistryRecord(RegistryRecord.Tag, change.Model, change.Version ?? 0, change.Name, change.Value ?? ""),
            new RecordChange(change.Value is null ? AuditRow.RemoveTag : AuditRow.SetTag, change.Actor));
    }

    public async Task<bool> ApplyAsync(MetadataTransaction transaction, CancellationToken cancellationToken)
    {
        if (_record.Kind == RegistryRecord.Tag)
        {
            var isThere = _record.Number == 0
                ? await RegistryStore.LastNumberAsync(transaction, _record.Model, cancellationToken).ConfigureAwait(false) > 0
                : await RegistryStore.VersionAsync(transaction, _record.Model, _record.Number, cancellationToken).ConfigureAwait(false) is not null;
            if (!isThere)
            {
                var reference = _record.Number == 0 ? _record.Model : string.Create(CultureInfo.InvariantCulture, $"{_record.Model}/{_record.Number}");
                throw await RegistryStore.NotFoundAsync(transaction, _record.Model, reference, cancellationToken).ConfigureAwait(false);
            }
        }

        return await RegistryRecords.ApplyAsync(transaction, _record, _change, cancellationToken).ConfigureAwait(false);
    }
}
