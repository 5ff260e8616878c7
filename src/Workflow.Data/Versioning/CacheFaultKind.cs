namespace Workflow.Data.Versioning;

/// <summary>What is wrong with something in a cache.</summary>
public enum CacheFaultKind
{
    /// <summary>The bytes are not those that the name promises: bit rot, or an edit through a link.</summary>
    WrongContent,

    /// <summary>An object that is named as a list of files is none, or leads out of its folder.</summary>
    InvalidList,

    /// <summary>Something refers to an object that is not there.</summary>
    Missing,

    /// <summary>It cannot be read.</summary>
    Unreadable,

    /// <summary>Left by a process that died, or no object at all. Does no harm.</summary>
    Litter,
}
