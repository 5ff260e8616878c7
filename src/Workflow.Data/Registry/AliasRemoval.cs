using Workflow.Data.Metadata;
using Workflow.Data.Storage;

namespace Workflow.Data.Registry;

/// <summary>An order to take an alias away from whoever holds it.</summary>
public sealed class AliasRemoval
{
    /// <summary>Gets or sets the model's name.</summary>
    public required string Model { get; set; }

    /// <summary>Gets or sets the alias.</summary>
    public required string Alias { get; set; }

    /// <summary>Gets or sets who orders it. At most 255 characters.</summary>
    public required string Actor { get; set; }

    /// <summary>Gets or sets why. At most 4,000 characters.</summary>
    public required string Reason { get; set; }

    /// <summary>Gets or sets the digest of what justifies it; null where there is nothing.</summary>
    public ContentDigest? Evidence { get; set; }

    /// <summary>Gets or sets why a protected alias may be taken away without <see cref="Evidence"/>; null for the usual way.</summary>
    public string? Override { get; set; }

    /// <summary>Gets or sets the generation on which the order is based, as in <see cref="AliasChange.ExpectedGeneration"/>.</summary>
    public long? ExpectedGeneration { get; set; }

    /// <summary>Gets or sets the lease under which the order is given, as in <see cref="AliasChange.Lease"/>.</summary>
    public Lease? Lease { get; set; }
}
