namespace Workflow.Training.LightGbm.Text;

/// <summary>Cuts foreign words so that they fit in a message.</summary>
internal static class Shown
{
    private const int Length = 60;

    /// <summary>Gives a word, or its beginning.</summary>
    public static string Of(ReadOnlySpan<char> word) => word.Length > Length ? $"{word[..Length]}…" : word.ToString();
}
