namespace Workflow.Data.Pages;

/// <summary>What a thing means to the reader. Always said in words as well: colour alone tells nobody enough.</summary>
public enum PageTone
{
    /// <summary>Neither good nor bad.</summary>
    Neutral,

    /// <summary>As it should be.</summary>
    Good,

    /// <summary>To be looked at.</summary>
    Warning,

    /// <summary>Not as it should be.</summary>
    Bad,
}
