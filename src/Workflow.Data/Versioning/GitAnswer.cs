using System.Text;

namespace Workflow.Data.Versioning;

/// <summary>What a run of git printed.</summary>
internal readonly record struct GitAnswer(int ExitCode, byte[] Output)
{
    /// <summary>Gets the output as text without the last line break.</summary>
    public string Text => Encoding.UTF8.GetString(Output).TrimEnd('\n');

    /// <summary>Gets the records of output made with <c>-z</c>.</summary>
    public string[] Records => Encoding.UTF8.GetString(Output).Split('\0', StringSplitOptions.RemoveEmptyEntries);
}
