namespace Workflow.Data.Registry;

/// <summary>An alias has moved since the order to move it was decided.</summary>
/// <remarks>Not transient: read the current assignment and decide again.</remarks>
public sealed class AliasConflictException : Exception
{
    /// <summary>Describes the conflict.</summary>
    /// <param name="reference">The alias, as <c>delay@champion</c>.</param>
    /// <param name="expectedGeneration">The generation on which the order was based.</param>
    /// <param name="actualGeneration">The current generation; 0 where there is no such alias.</param>
    public AliasConflictException(string reference, long expectedGeneration, long actualGeneration)
        : base($"'{reference}' has moved: expected generation {expectedGeneration}, got {actualGeneration}. Read who holds it now and decide again.") =>
        (Reference, ExpectedGeneration, ActualGeneration) = (reference, expectedGeneration, actualGeneration);

    /// <summary>Gets the alias, as <c>delay@champion</c>.</summary>
    public string Reference { get; }

    /// <summary>Gets the generation on which the order was based.</summary>
    public long ExpectedGeneration { get; }

    /// <summary>Gets the current generation; 0 where there is no such alias.</summary>
    public long ActualGeneration { get; }
}
