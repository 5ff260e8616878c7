namespace Workflow.Data.Versioning;

/// <summary>What a caller can do about a <see cref="DvcException"/>.</summary>
public enum DvcErrorKind
{
    /// <summary>The arguments or the files of the repository are wrong: correct them.</summary>
    BadInput,

    /// <summary>There is no repository at that place or above it: initialise one, or go elsewhere.</summary>
    NotARepository,

    /// <summary>Another process works in the repository: try again later. The only transient kind.</summary>
    Locked,

    /// <summary>The machine lacks something, for example the <c>git</c> program.</summary>
    Environment,
}
