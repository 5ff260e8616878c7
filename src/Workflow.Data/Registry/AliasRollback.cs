using Workflow.Data.Metadata;

namespace Workflow.Data.Registry;

/// <summary>An order to give an alias back to the version that held it before.</summary>
public sealed class AliasRollback
{
    /// <summary>Gets or sets the model's name.</summary>
    public required string Model { get; set; }

    /// <summary>Gets or sets the alias.</summary>
    public required string Alias { get; set; }

    /// <summary>Gets or sets who orders it. At most 255 characters.</summary>
    public required string Actor { get; set; }

    /// <summary>Gets or sets why. At most 4,000 characters.</summary>
    public required string Reason { get; set; }

    /// <summary>
    /// Gets or sets the <see cref="AliasAssignment.Generation"/> that is to be rolled back. The order is refused when the alias has moved since,
    /// and repeating it goes back no further. Null rolls back whatever is current, and repeating it goes back another step.
    /// </summary>
    public long? ExpectedGeneration { get; set; }

    /// <summary>
    /// Gets or sets the lease under which the order is given, for example of the one process that decides on rollouts. The order is refused
    /// when the lease has been lost by then, so that a holder which slept too long moves nothing. Null asks for none.
    /// </summary>
    public Lease? Lease { get; set; }
}
