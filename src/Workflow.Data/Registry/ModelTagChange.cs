namespace Workflow.Data.Registry;

/// <summary>An order to set a tag of a model or of one of its versions, or to take it away.</summary>
public sealed class ModelTagChange
{
    /// <summary>Gets or sets the model's name.</summary>
    public required string Model { get; set; }

    /// <summary>Gets or sets the number of the version; null tags the model itself.</summary>
    public long? Version { get; set; }

    /// <summary>Gets or sets the tag's name. At most 250 characters; names that begin with <c>workflow.</c> are the suite's own.</summary>
    public required string Name { get; set; }

    /// <summary>Gets or sets the value, at most 100,000 characters and possibly empty; null takes the tag away.</summary>
    public required string? Value { get; set; }

    /// <summary>Gets or sets who orders it. At most 255 characters.</summary>
    public required string Actor { get; set; }
}
