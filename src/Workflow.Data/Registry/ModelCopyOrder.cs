namespace Workflow.Data.Registry;

/// <summary>An order to copy a version.</summary>
public sealed class ModelCopyOrder
{
    /// <summary>Gets or sets the version in the source, as <c>NAME/NUMBER</c> or <c>NAME@ALIAS</c>.</summary>
    public required string Reference { get; set; }

    /// <summary>Gets or sets what the model is called in the target; null keeps its name.</summary>
    public string? TargetName { get; set; }

    /// <summary>Gets or sets who orders it. At most 255 characters.</summary>
    public required string Actor { get; set; }
}
