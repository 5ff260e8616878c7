namespace Workflow.Data.Storage;

/// <summary>What must hold for a blob to be written.</summary>
public enum PutCondition
{
    /// <summary>Nothing: a blob of that name is replaced.</summary>
    None,

    /// <summary>There is no blob of that name. Decided by the store itself: of several writers at once exactly one wins.</summary>
    IfAbsent,
}
