using Workflow.Data.Storage;

namespace Workflow.Data.Registry;

/// <summary>The outcome of checking the registry against its audit log. Immutable.</summary>
public sealed record AuditReport
{
    /// <summary>Gets whether the chain is whole and the versions and aliases are exactly what it says.</summary>
    public bool IsIntact => FirstFault is null;

    /// <summary>Gets how many entries were checked; where there is a fault in an entry, those before it.</summary>
    public required long Entries { get; init; }

    /// <summary>
    /// Gets the hash of the last entry checked. Noted outside of the database, it proves later that nothing up to here was rewritten:
    /// pass it to <see cref="ModelRegistry.VerifyAuditAsync"/>.
    /// </summary>
    public required ContentDigest Head { get; init; }

    /// <summary>Gets the first fault; null when there is none.</summary>
    public required AuditFault? FirstFault { get; init; }
}
