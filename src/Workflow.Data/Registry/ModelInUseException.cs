using System.Collections.Immutable;

namespace Workflow.Data.Registry;

/// <summary>A version cannot be deleted, because something that is in use needs it.</summary>
/// <remarks>Not transient: move or take away the aliases that are named first.</remarks>
public sealed class ModelInUseException : Exception
{
    /// <summary>Describes who needs it.</summary>
    /// <param name="reference">The version, as <c>delay/3</c>.</param>
    /// <param name="uses">Every use. Must not be empty.</param>
    public ModelInUseException(string reference, ImmutableArray<string> uses)
        : base($"'{reference}' is in use: {string.Join("; ", uses)}. Move or take away these aliases first.") => (Reference, Uses) = (reference, uses);

    /// <summary>Gets the version, as <c>delay/3</c>.</summary>
    public string Reference { get; }

    /// <summary>Gets every use, one sentence each.</summary>
    public ImmutableArray<string> Uses { get; }
}
