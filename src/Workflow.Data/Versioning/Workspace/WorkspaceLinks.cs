using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Workspace;

/// <summary>After an add: replaces files of the workspace by links of the configured type, and sets the bits that DVC sets.</summary>
internal sealed class WorkspaceLinks(RepositoryContext context)
{
    private readonly int _fileMode = FileModes.Unprotected(context.Configuration.SharedCache);

    public void Apply(AddedContent content)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        for (var i = 0; i < content.Files.Count; i++)
        {
            Apply(content.Files[i], content.Hashes[i].ToString());
        }

        if (content is { Plan: { Kind: FileKind.File, IsPart: false }, Files.Count: 1 } && content.Files[0].Stamp.IsExecutable && IsCopied())
        {
            File.SetUnixFileMode(context.FullPath(content.Plan.Target), (UnixFileMode)(_fileMode | FileModes.OwnerExecutes));
        }
    }

    private bool IsCopied() => context.Configuration.LinkTypes is [] or ["copy", ..] or ["reflink", ..];

    private void Apply(in WorkspaceFile file, string id)
    {
        var path = context.FullPath(file.Path);
        var stored = context.Cache.PathOf(id);
        foreach (var type in context.Configuration.LinkTypes)
        {
            switch (type)
            {
                case "reflink" or "copy":
                    // The file has the content already; a symbolic link becomes the file that it pointed to.
                    if (file.IsLink)
                    {
                        Replace(path, temporary => File.Copy(stored, temporary), _fileMode);
                    }

                    return;
                case "hardlink" when file.Stamp.Size == 0:
                    // An empty file would reach the file system's limit of links first; it stays a file.
                    return;
                case "hardlink":
                    var isLinked = PosixFiles.Stamp(path, followLinks: false) is var now && PosixFiles.Stamp(stored) is var there && now.Inode == there.Inode && now.Device == there.Device;
                    if (isLinked || Replace(path, temporary => PosixFiles.TryHardLink(stored, temporary), mode: null))
                    {
                        return;
                    }

                    break;
                case "symlink":
                    if (new FileInfo(path).LinkTarget != stored)
                    {
                        Replace(path, temporary => File.CreateSymbolicLink(temporary, stored), mode: null);
                    }

                    return;
                default:
                    throw new DvcException($"The setting cache.type holds '{type}'; known are reflink, hardlink, symlink and copy.");
            }
        }
    }

    private static void Replace(string path, Action<string> make, int? mode) => Replace(path, temporary =>
    {
        make(temporary);
        return true;
    }, mode);

    private static bool Replace(string path, Func<string, bool> make, int? mode)
    {
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():n}{Storage.AtomicFile.TemporarySuffix}");
        try
        {
            if (!make(temporary))
            {
                return false;
            }

            if (mode is { } bits && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(temporary, (UnixFileMode)bits);
            }

            File.Move(temporary, path, overwrite: true);
            return true;
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
