namespace Workflow.Data.Versioning.Configuration;

/// <summary>A setting in force, with the file that holds it.</summary>
/// <param name="Value">Its value.</param>
/// <param name="File">The file.</param>
/// <param name="Line">The line in it, from 1; 0 for one not written yet.</param>
internal sealed record ConfigSetting(ConfigValue Value, string File, int Line)
{
    /// <summary>Gets the folder that a relative path in it starts from.</summary>
    public string Folder => Path.GetDirectoryName(File)!;

    // A value may be a secret.
    public override string ToString() => Line > 0 ? FormattableString.Invariant($"{File}, line {Line}") : File;
}
