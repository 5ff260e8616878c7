using Workflow.Data.Storage;

namespace Workflow.Data.Registry;

/// <summary>An order to bring a version into one of MLflow's stages. See <see cref="ModelStages"/>.</summary>
public sealed class StageChange
{
    /// <summary>Gets or sets the model's name.</summary>
    public required string Model { get; set; }

    /// <summary>Gets or sets the version's number.</summary>
    public required long Version { get; set; }

    /// <summary>Gets or sets the stage. Aliases of other stages that the version holds are taken away from it.</summary>
    public required ModelStage Stage { get; set; }

    /// <summary>Gets or sets whether the version that held the stage becomes Archived, rather than None. Default false, as in MLflow.</summary>
    public bool ArchiveExisting { get; set; }

    /// <summary>Gets or sets who orders it. At most 255 characters.</summary>
    public required string Actor { get; set; }

    /// <summary>Gets or sets why. At most 4,000 characters.</summary>
    public required string Reason { get; set; }

    /// <summary>Gets or sets the digest of what justifies it; null where there is nothing.</summary>
    public ContentDigest? Evidence { get; set; }

    /// <summary>Gets or sets why a protected alias may move without <see cref="Evidence"/>; null for the usual way.</summary>
    public string? Override { get; set; }

    internal AliasOrder ToOrder(string alias, long version) => version == 0
        ? AliasOrder.Of(new AliasRemoval { Model = Model, Alias = alias, Actor = Actor, Reason = Reason, Evidence = Evidence, Override = Override })
        : AliasOrder.Of(new AliasChange { Model = Model, Alias = alias, Version = version, Actor = Actor, Reason = Reason, Evidence = Evidence, Override = Override });
}
