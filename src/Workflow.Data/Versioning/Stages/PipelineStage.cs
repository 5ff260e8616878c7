using System.Collections.Immutable;

namespace Workflow.Data.Versioning.Stages;

/// <summary>A stage of a <c>dvc.yaml</c>, its templates evaluated, with what <c>dvc.lock</c> records of its last run. Immutable.</summary>
/// <remarks>A runner makes a copy with new records (<c>stage with { … }</c>) and hands it to <see cref="DataRepository.RecordStagesAsync"/>.</remarks>
public sealed record PipelineStage
{
    /// <summary>Gets the name; a stage made by <c>foreach</c> or <c>matrix</c> is called <c>group@key</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the <c>dvc.yaml</c>, relative to the repository's root.</summary>
    public required string FilePath { get; init; }

    /// <summary>Gets the folder in which the commands run and from which paths start, relative to the repository's root; empty for the root.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Gets the commands, run one after the other by the shell.</summary>
    public required ImmutableArray<string> Commands { get; init; }

    /// <summary>Gets whether the commands were written as a list, which <c>dvc.lock</c> keeps, also for a single one.</summary>
    public bool HasCommandList { get; init; }

    /// <summary>Gets the name of the <c>foreach</c> or <c>matrix</c> that made it; null for a stage of its own.</summary>
    public string? Group { get; init; }

    /// <summary>Gets what it is for; null when nothing says so.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the files and folders that it reads.</summary>
    public required ImmutableArray<StageDependency> Dependencies { get; init; }

    /// <summary>Gets the parameters that it depends on, by file.</summary>
    public required ImmutableArray<StageParameters> Parameters { get; init; }

    /// <summary>Gets what it makes: outputs, then metrics, then plots.</summary>
    public required ImmutableArray<StageOutput> Outputs { get; init; }

    /// <summary>Gets whether it is never run (<c>frozen</c>); its dependencies are then not compared.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>Gets whether it runs every time (<c>always_changed</c>).</summary>
    public bool IsAlwaysChanged { get; init; }

    /// <summary>Gets whether <c>dvc.lock</c> has an entry for it.</summary>
    public bool IsRecorded { get; init; }

    /// <summary>Gets whether the commands differ from those that <c>dvc.lock</c> records. False without an entry.</summary>
    public bool IsCommandChanged { get; init; }

    /// <summary>Gets whether it neither reads nor makes anything: DVC runs it every time.</summary>
    public bool IsCallback => Dependencies.IsEmpty && Parameters.IsEmpty && Outputs.IsEmpty && Commands.Any(static c => c.Length > 0);
}
