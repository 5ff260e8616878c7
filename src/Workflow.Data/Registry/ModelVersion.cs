using System.Collections.Immutable;
using System.Globalization;
using Workflow.Data.Storage;

namespace Workflow.Data.Registry;

/// <summary>A registered version of a model. Immutable, and never changed in the registry either.</summary>
/// <remarks>Two versions are the same when their <see cref="Reference"/> is: the record compares schemas and facts by reference.</remarks>
public sealed record ModelVersion
{
    /// <summary>Gets the model's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the version's number: 1, 2, 3 … of each model.</summary>
    public required long Number { get; init; }

    /// <summary>Gets the digest of the model file, under which it lies in the object store.</summary>
    public required ContentDigest Artifact { get; init; }

    /// <summary>Gets the format of the model file, for example <c>onnx</c>.</summary>
    public required string Format { get; init; }

    /// <summary>Gets the columns that the model takes and gives.</summary>
    public required ModelSignature Signature { get; init; }

    /// <summary>Gets the id of the run that trained it; null where there was none.</summary>
    public required string? RunId { get; init; }

    /// <summary>Gets further facts, as they were registered.</summary>
    public required ImmutableSortedDictionary<string, string> Facts { get; init; }

    /// <summary>Gets who registered it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>Gets when it was registered: UTC, whole microseconds.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets the reference that resolves to this version: <c>delay/3</c>. Also its id in lineage.</summary>
    public string Reference => string.Create(CultureInfo.InvariantCulture, $"{Name}/{Number}");
}
