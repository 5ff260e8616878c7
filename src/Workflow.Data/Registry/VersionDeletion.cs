namespace Workflow.Data.Registry;

/// <summary>An order to delete a version, or to bring a deleted one back.</summary>
public sealed class VersionDeletion
{
    /// <summary>Gets or sets the model's name.</summary>
    public required string Model { get; set; }

    /// <summary>Gets or sets the version's number.</summary>
    public required long Version { get; set; }

    /// <summary>Gets or sets who orders it. At most 255 characters.</summary>
    public required string Actor { get; set; }

    /// <summary>Gets or sets why. At most 4,000 characters.</summary>
    public required string Reason { get; set; }
}
