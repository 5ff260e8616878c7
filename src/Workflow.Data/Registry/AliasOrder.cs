using Workflow.Data.Metadata;
using Workflow.Data.Storage;

namespace Workflow.Data.Registry;

/// <summary>What all orders to move an alias have in common, checked.</summary>
internal sealed record AliasOrder
{
    public required string Model { get; init; }

    public required string Alias { get; init; }

    /// <summary>The action in the audit log: what kind of move it is.</summary>
    public required string Action { get; init; }

    /// <summary>The version that is to hold it; 0 takes the alias away; null gives it back to the earlier holder.</summary>
    public required long? Version { get; init; }

    public required string Actor { get; init; }

    public required string Reason { get; init; }

    public string? Evidence { get; init; }

    public string? Override { get; init; }

    public long? Expected { get; init; }

    public Lease? Lease { get; init; }

    public string Reference => $"{Model}@{Alias}";

    public static AliasOrder Of(AliasChange change) => Checked(new()
    {
        Model = change.Model,
        Alias = change.Alias,
        Action = AuditRow.SetAlias,
        Version = change.Version,
        Actor = change.Actor,
        Reason = change.Reason,
        Evidence = Text(change.Evidence),
        Override = change.Override,
        Expected = change.ExpectedGeneration,
        Lease = change.Lease,
    });

    public static AliasOrder Of(AliasRemoval removal) => Checked(new()
    {
        Model = removal.Model,
        Alias = removal.Alias,
        Action = AuditRow.RemoveAlias,
        Version = 0,
        Actor = removal.Actor,
        Reason = removal.Reason,
        Evidence = Text(removal.Evidence),
        Override = removal.Override,
        Expected = removal.ExpectedGeneration,
        Lease = removal.Lease,
    });

    public static AliasOrder Of(AliasRollback rollback) => Checked(new()
    {
        Model = rollback.Model,
        Alias = rollback.Alias,
        Action = AuditRow.RollbackAlias,
        Version = null,
        Actor = rollback.Actor,
        Reason = rollback.Reason,
        Expected = rollback.ExpectedGeneration,
        Lease = rollback.Lease,
    });

    private static string? Text(ContentDigest? evidence) => evidence is { } digest && digest != default ? digest.ToString() : null;

    private static AliasOrder Checked(AliasOrder order)
    {
        RegistryNames.RequireModel(order.Model, nameof(order));
        RegistryNames.RequireAlias(order.Alias, nameof(order));
        RegistryNames.RequireText(order.Actor, 255, nameof(order));
        RegistryNames.RequireText(order.Reason, 4000, nameof(order));
        if (order.Override is not null)
        {
            RegistryNames.RequireText(order.Override, 4000, nameof(order));
        }

        return order;
    }
}
