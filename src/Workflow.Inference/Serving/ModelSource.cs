using Workflow.Data.Registry;
using Workflow.Data.Storage;
using Workflow.Inference.Scoring;

namespace Workflow.Inference.Serving;

/// <summary>Where a version of a model comes from. Immutable.</summary>
public sealed class ModelSource
{
    private readonly string? _reference;
    private readonly string? _path;
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly long _version;

    private ModelSource(string? reference, string? path, ReadOnlyMemory<byte> bytes, long version) =>
        (_reference, _path, _bytes, _version) = (reference, path, bytes, version);

    /// <summary>Takes a version of the model registry; an alias is resolved each time the source is loaded.</summary>
    /// <param name="reference">For example <c>delay@champion</c> or <c>delay/3</c>.</param>
    public static ModelSource FromRegistry(string reference)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reference);
        return new ModelSource(reference, null, default, 0);
    }

    /// <summary>Takes an ONNX file.</summary>
    /// <param name="path">The file, with its external weights beside it where it has such.</param>
    /// <param name="version">The number by which clients know this version, at least 1.</param>
    public static ModelSource FromFile(string path, long version = 1)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        return new ModelSource(null, path, default, version);
    }

    /// <summary>Takes an ONNX file that lies in memory.</summary>
    /// <param name="model">Its content; not changed until it has been loaded.</param>
    /// <param name="version">The number by which clients know this version, at least 1.</param>
    public static ModelSource FromBytes(ReadOnlyMemory<byte> model, long version = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        return new ModelSource(null, null, model, version);
    }

    /// <inheritdoc/>
    public override string ToString() => _reference ?? _path ?? $"{_bytes.Length} bytes";

    internal async Task<ServedVersion> LoadAsync(OnnxScorerOptions settings, ModelRegistry registry, IObjectStore objects, CancellationToken cancellationToken)
    {
        if (_reference is null)
        {
            var scorer = _path is null ? OnnxScorer.FromBytes(_bytes, settings) : OnnxScorer.FromFile(_path, settings);
            return new ServedVersion(scorer, _version);
        }

        var version = await registry.ResolveAsync(_reference, cancellationToken).ConfigureAwait(false);
        if (version.Format != "onnx")
        {
            throw new InvalidDataException($"'{version.Reference}' has the format '{version.Format}', expected 'onnx'. Register the model's ONNX export.");
        }

        var content = await objects.OpenReadAsync(version.Artifact, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            // Read to the end: only then a store has proven the digest.
            using var bytes = new MemoryStream();
            await content.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
            var own = settings.With($"model '{version.Reference}'", version.Signature);
            return new ServedVersion(OnnxScorer.FromBytes(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), own), version.Number);
        }
    }
}
