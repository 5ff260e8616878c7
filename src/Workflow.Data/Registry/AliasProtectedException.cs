namespace Workflow.Data.Registry;

/// <summary>A protected alias was to move with nothing that justifies it.</summary>
/// <remarks>Not transient: give the digest of a gate report as evidence, or override it and say why.</remarks>
public sealed class AliasProtectedException : Exception
{
    /// <summary>Describes the refusal.</summary>
    /// <param name="reference">The alias, as <c>delay@champion</c>.</param>
    public AliasProtectedException(string reference)
        : base($"'{reference}' is protected: it moves only with the digest of what justifies it (Evidence), or with an Override that says why there is none.") =>
        Reference = reference;

    /// <summary>Gets the alias, as <c>delay@champion</c>.</summary>
    public string Reference { get; }
}
