namespace Workflow.Features.Consistency;

/// <summary>Why a served value is not the one that its events give.</summary>
public enum MismatchCause
{
    /// <summary>None of the others explains it. Look at the code that served it, or at events that were changed in place.</summary>
    Unexplained = 0,

    /// <summary>Another definition of the features answered: the digests differ.</summary>
    Definition = 1,

    /// <summary>The row has a null key or one of another type, for which no value could be served honestly.</summary>
    Key = 2,

    /// <summary>The value was served in another type.</summary>
    Type = 3,

    /// <summary>It is the value without events that arrived after the read, although they claim to have been available before.</summary>
    Late = 4,

    /// <summary>It is the value of a moment close by: the clock that stamped the read was off.</summary>
    Clock = 5,
}
