using System.Globalization;

namespace Workflow.Inference.Serving;

/// <summary>A served model does not have the version that was asked for loaded.</summary>
/// <remarks>Not transient, but a swap or a rollout may load it.</remarks>
public sealed class ModelVersionNotServedException : Exception
{
    /// <summary>Describes the version.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="version">The number asked for.</param>
    public ModelVersionNotServedException(string model, long version)
        : base(string.Create(CultureInfo.InvariantCulture, $"Version {version} of the model '{model}' is not loaded. Ask for the model without a version, or for one that it lists.")) =>
        (Model, Version) = (model, version);

    /// <summary>Gets the model's name.</summary>
    public string Model { get; }

    /// <summary>Gets the number asked for.</summary>
    public long Version { get; }
}
