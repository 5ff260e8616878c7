using Workflow.Data.Storage;

namespace Workflow.Data.Registry;

/// <summary>One entry of the registry's audit log. Immutable.</summary>
public sealed record AuditEntry
{
    /// <summary>Gets the entry's number: 1, 2, 3 … without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>Gets when it was written: UTC, whole microseconds.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Gets who caused it.</summary>
    public required string Actor { get; init; }

    /// <summary>
    /// Gets what happened: <c>register</c>, <c>set-alias</c>, <c>rollback-alias</c>, <c>remove-alias</c>, <c>set-tag</c>, <c>remove-tag</c>,
    /// <c>protect-alias</c>, <c>unprotect-alias</c>, <c>delete-version</c>, <c>restore-version</c>, <c>purge-version</c>, <c>add-webhook</c> or
    /// <c>remove-webhook</c>. Later versions may add more.
    /// </summary>
    public required string Action { get; init; }

    /// <summary>Gets everything about it, as canonical JSON.</summary>
    public required string Details { get; init; }

    /// <summary>Gets the hash of the entry before it; the default value for the first.</summary>
    public required ContentDigest PreviousHash { get; init; }

    /// <summary>
    /// Gets the hash over all of the above: SHA-256 of the canonical JSON array
    /// <c>[sequence, at in microseconds, actor, action, details as text, previous hash]</c>.
    /// </summary>
    public required ContentDigest Hash { get; init; }
}
