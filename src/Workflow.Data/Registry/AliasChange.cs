using Workflow.Data.Metadata;
using Workflow.Data.Storage;

namespace Workflow.Data.Registry;

/// <summary>An order to point an alias at a version.</summary>
public sealed class AliasChange
{
    /// <summary>Gets or sets the model's name.</summary>
    public required string Model { get; set; }

    /// <summary>
    /// Gets or sets the alias, for example <c>champion</c>: letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, beginning with a letter or digit,
    /// at most 255; neither <c>latest</c> nor like a version number (<c>3</c>, <c>v3</c>).
    /// </summary>
    public required string Alias { get; set; }

    /// <summary>Gets or sets the number of the version that is to hold it.</summary>
    public required long Version { get; set; }

    /// <summary>Gets or sets who orders it. At most 255 characters.</summary>
    public required string Actor { get; set; }

    /// <summary>Gets or sets why. At most 4,000 characters.</summary>
    public required string Reason { get; set; }

    /// <summary>Gets or sets the digest of what justifies it, for example a gate report; null where there is nothing.</summary>
    public ContentDigest? Evidence { get; set; }

    /// <summary>
    /// Gets or sets the <see cref="AliasAssignment.Generation"/> on which the order is based, 0 for "there is no such alias yet". The order is
    /// refused when the alias has moved since. Null orders it whatever has happened.
    /// </summary>
    public long? ExpectedGeneration { get; set; }

    /// <summary>
    /// Gets or sets why a protected alias may move without <see cref="Evidence"/>; kept in the audit log. At most 4,000 characters. Null for
    /// the usual way. See <see cref="ModelRegistry.ProtectAliasAsync"/>.
    /// </summary>
    public string? Override { get; set; }

    /// <summary>
    /// Gets or sets the lease under which the order is given, for example of the one process that decides on rollouts. The order is refused
    /// when the lease has been lost by then, so that a holder which slept too long moves nothing. Null asks for none.
    /// </summary>
    public Lease? Lease { get; set; }
}
