namespace Workflow.Data.Versioning.Workspace;

/// <summary>The modes that DVC gives to files of the workspace.</summary>
internal static class FileModes
{
    private const int Everybody = 0b110_110_110;
    internal const int OwnerExecutes = 0b001_000_000;
    internal const int AnybodyExecutes = 0b001_001_001;

    /// <summary>The mode of a copy: what the process creates.</summary>
    public static int Created() => Everybody & ~Umask();

    /// <summary>The mode of a file whose protection was taken away.</summary>
    /// <param name="isShared">Whether the cache is shared by a group.</param>
    public static int Unprotected(bool isShared) => isShared ? 0b110_110_100 : Created();

    private static int Umask()
    {
        const string Key = "Umask:";
        if (OperatingSystem.IsLinux())
        {
            foreach (var line in File.ReadLines("/proc/self/status"))
            {
                if (line.StartsWith(Key, StringComparison.Ordinal))
                {
                    return Convert.ToInt32(line[Key.Length..].Trim(), 8);
                }
            }
        }

        return 0b000_010_010;
    }
}
