namespace Workflow.Inference.Serving;

/// <summary>A host does not serve a model of this name.</summary>
/// <remarks>Not transient.</remarks>
public sealed class ModelNotServedException : Exception
{
    /// <summary>Describes the model.</summary>
    /// <param name="model">The name asked for.</param>
    /// <param name="served">The names that are served.</param>
    public ModelNotServedException(string model, IReadOnlyList<string> served)
        : base($"No model '{model}' is served here, only {(served.Count == 0 ? "none" : string.Join(", ", served))}. Add it with AddWorkflowInference().AddModel(…).") => Model = model;

    /// <summary>Gets the name asked for.</summary>
    public string Model { get; }
}
