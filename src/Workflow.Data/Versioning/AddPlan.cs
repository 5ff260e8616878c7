using Workflow.Data.Storage;
using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning;

/// <summary>What one target of an add means, decided before anything is written.</summary>
internal sealed record AddPlan
{
    /// <summary>Gets the target: the output itself or, when <see cref="IsPart"/>, something in it.</summary>
    public required string Target { get; init; }

    /// <summary>Gets the output, relative to the root.</summary>
    public required string OutputPath { get; init; }

    public required string MetafilePath { get; init; }

    /// <summary>Gets what is tracked already; null for a new output.</summary>
    public required TrackedOutput? Existing { get; init; }

    /// <summary>Gets what the target is in the workspace; missing only for a part that was deleted.</summary>
    public required FileKind Kind { get; init; }

    /// <summary>Gets whether the whole output is committed: what DVC 2 recorded then keeps its hash and gets its size.</summary>
    public bool IsCommit { get; init; }

    /// <summary>Gets whether only objects are stored and the file that tracks the output stays as it is.</summary>
    public bool KeepsMetafile { get; init; }

    /// <summary>Gets whether git keeps the output, and only the run cache wants its content, too: it is neither linked nor ignored.</summary>
    public bool IsKeptByGit { get; init; }

    public bool IsPart => Target != OutputPath;
}
