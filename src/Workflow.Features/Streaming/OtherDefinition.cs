namespace Workflow.Features.Streaming;

/// <summary>What is done with a store that another definition wrote.</summary>
public enum OtherDefinition
{
    /// <summary>It is refused with a <see cref="StoredDefinitionException"/>; nothing is changed. The default.</summary>
    Refuse = 0,

    /// <summary>It is emptied, its positions too: the host replays its streams from where the features begin.</summary>
    StartEmpty = 1,
}
