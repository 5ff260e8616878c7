namespace Workflow.Data.Pages;

/// <summary>A cell of a table. Immutable. Converts implicitly from a text.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Tone">What it means.</param>
public sealed record PageCell(string Text, PageTone Tone = PageTone.Neutral)
{
    /// <summary>Makes a neutral cell.</summary>
    /// <param name="text">What it says.</param>
    public static implicit operator PageCell(string text) => new(text);

    internal static string Class(PageTone tone) => tone switch
    {
        PageTone.Good => "good",
        PageTone.Bad => "bad",
        PageTone.Warning => "warn",
        _ => "neutral",
    };
}
