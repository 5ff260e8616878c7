using Apache.Arrow;

namespace Workflow.Data.Registry;

/// <summary>The columns that a model takes and gives. Immutable.</summary>
public sealed record ModelSignature
{
    /// <summary>Gets the columns that the model needs, in the order in which it was trained on them.</summary>
    public required Schema Inputs { get; init; }

    /// <summary>Gets the columns that scoring gives. A single score is called <c>score</c>, several are <c>score_0</c>, <c>score_1</c> ….</summary>
    public required Schema Outputs { get; init; }
}
