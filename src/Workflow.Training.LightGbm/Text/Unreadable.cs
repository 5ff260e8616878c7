namespace Workflow.Training.LightGbm.Text;

/// <summary>Makes the one error of a text that is damaged or foreign.</summary>
internal static class Unreadable
{
    private const int Shown = 60;

    /// <summary>Says what is wrong in a line.</summary>
    public static InvalidDataException At(int line, string reason) => Because($"line {line}: {reason}");

    /// <summary>Says what is wrong.</summary>
    public static InvalidDataException Because(string reason) =>
        new($"The LightGBM model text is not readable: {reason}. Use an undamaged text that LightGBM 4 wrote, with LF line ends.");

    /// <summary>Cuts a foreign word so that it fits in a message.</summary>
    public static string Show(ReadOnlySpan<char> word) => word.Length > Shown ? $"{word[..Shown]}…" : word.ToString();
}
