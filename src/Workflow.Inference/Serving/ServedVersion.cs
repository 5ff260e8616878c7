using System.Globalization;
using Workflow.Data.Registry;
using Workflow.Data.Storage;
using Workflow.Inference.Scoring;

namespace Workflow.Inference.Serving;

/// <summary>A version of a model that is loaded. Immutable.</summary>
/// <remarks>A description, not a hold on it: the version may be replaced at any moment.</remarks>
public sealed class ServedVersion
{
    internal ServedVersion(OnnxScorer scorer, long number) => (Scorer, Number) = (scorer, number);

    /// <summary>Gets the version's number.</summary>
    public long Number { get; }

    /// <summary>Gets the digest of its file.</summary>
    public ContentDigest Digest => Scorer.Digest;

    /// <summary>Gets the columns that it takes and gives; null where its graph is not a matrix of rows in and scores out.</summary>
    public ModelSignature? Signature => Scorer.Signature;

    /// <summary>Gets the inputs of its graph.</summary>
    public IReadOnlyList<TensorInfo> Inputs => Scorer.Inputs;

    /// <summary>Gets the outputs of its graph.</summary>
    public IReadOnlyList<TensorInfo> Outputs => Scorer.Outputs;

    internal OnnxScorer Scorer { get; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"version {Number}, {Digest}");
}
