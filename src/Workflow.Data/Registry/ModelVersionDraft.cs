using Workflow.Data.Storage;

namespace Workflow.Data.Registry;

/// <summary>What is needed to register a version of a model.</summary>
public sealed class ModelVersionDraft
{
    /// <summary>Gets or sets the model's name: letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, beginning with a letter or digit, at most 255.</summary>
    public required string Name { get; set; }

    /// <summary>Gets or sets the digest of the model file, under which it lies in the object store. Store it first: the registry does not look.</summary>
    public required ContentDigest Artifact { get; set; }

    /// <summary>Gets or sets the format of the model file, for example <c>onnx</c> or <c>lightgbm</c>.</summary>
    public required string Format { get; set; }

    /// <summary>Gets or sets the columns that the model takes and gives.</summary>
    public required ModelSignature Signature { get; set; }

    /// <summary>Gets or sets the id of the run that trained it; null where there was none.</summary>
    public string? RunId { get; set; }

    /// <summary>Gets or sets further facts, for example metrics or the digest of a model card. At most 1,000, names up to 250 characters, values up to 100,000.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets or sets who registers it: a person, a pipeline, a service. At most 255 characters.</summary>
    public required string CreatedBy { get; set; }
}
