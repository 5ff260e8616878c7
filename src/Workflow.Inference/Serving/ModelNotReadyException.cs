namespace Workflow.Inference.Serving;

/// <summary>No version of a served model is loaded yet.</summary>
/// <remarks>Transient: it passes when the model has been loaded.</remarks>
public sealed class ModelNotReadyException : Exception
{
    /// <summary>Describes the model.</summary>
    /// <param name="model">Its name.</param>
    public ModelNotReadyException(string model)
        : base($"The model '{model}' is not ready: no version is loaded yet. Wait until its readiness says so, or load one with SwapAsync.") => Model = model;

    /// <summary>Gets the model's name.</summary>
    public string Model { get; }
}
