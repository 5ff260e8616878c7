using System.Collections.Immutable;
using Workflow.Inference.Rollouts;
using Workflow.Inference.Scoring;

namespace Workflow.Inference.Serving;

/// <summary>What a served model gave. Immutable.</summary>
public sealed record TensorAnswer
{
    /// <summary>Gets the number of the version that answered.</summary>
    public required long Version { get; init; }

    /// <summary>Gets the arm that answered.</summary>
    public required RolloutArm Arm { get; init; }

    /// <summary>Gets the outputs, in the order asked for.</summary>
    public required ImmutableArray<TensorValue> Outputs { get; init; }
}
