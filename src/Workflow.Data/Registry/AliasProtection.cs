namespace Workflow.Data.Registry;

/// <summary>An order to protect an alias, or to protect it no longer.</summary>
public sealed class AliasProtection
{
    /// <summary>Gets or sets the model's name. It need not be registered yet.</summary>
    public required string Model { get; set; }

    /// <summary>Gets or sets the alias.</summary>
    public required string Alias { get; set; }

    /// <summary>Gets or sets whether it is protected from now on. Default true.</summary>
    public bool IsProtected { get; set; } = true;

    /// <summary>Gets or sets who orders it. At most 255 characters.</summary>
    public required string Actor { get; set; }

    /// <summary>Gets or sets why. At most 4,000 characters.</summary>
    public required string Reason { get; set; }
}
