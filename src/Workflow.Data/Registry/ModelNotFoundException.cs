using System.Collections.Immutable;

namespace Workflow.Data.Registry;

/// <summary>The registry holds no model, version or alias of that name.</summary>
/// <remarks>Transient only in so far as somebody may register it.</remarks>
public sealed class ModelNotFoundException : Exception
{
    private const int Shown = 20;

    /// <summary>Describes what is missing and what is there.</summary>
    /// <param name="reference">What was asked for, for example <c>delay@champion</c>.</param>
    /// <param name="available">What there is instead: references of the model's versions and aliases, or the models' names.</param>
    public ModelNotFoundException(string reference, ImmutableArray<string> available)
        : base(Describe(reference, available)) => (Reference, Available) = (reference, available);

    /// <summary>Gets what was asked for.</summary>
    public string Reference { get; }

    /// <summary>Gets what there is instead: references of the model's versions and aliases, or, where there is no such model, the models' names.</summary>
    public ImmutableArray<string> Available { get; }

    private static string Describe(string reference, ImmutableArray<string> available)
    {
        var there = available.IsEmpty ? "nothing yet" : string.Join(", ", available.Take(Shown)) + (available.Length > Shown ? $" and {available.Length - Shown} more" : "");
        return $"The registry holds no '{reference}'. There is: {there}. Register it, or correct the reference (NAME@ALIAS or NAME/NUMBER).";
    }
}
