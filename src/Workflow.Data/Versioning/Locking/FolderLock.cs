using Microsoft.Win32.SafeHandles;
using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Locking;

/// <summary>A lock of the operating system on a folder: it dies with its holder and leaves nothing behind.</summary>
internal static class FolderLock
{
    /// <summary>Tries once.</summary>
    /// <param name="folder">Exists.</param>
    /// <param name="isExclusive">Whether nobody else may hold it.</param>
    /// <param name="fallbackFile">Locked instead where folders cannot be; created when missing.</param>
    /// <returns>Null while somebody else holds it.</returns>
    public static SafeFileHandle? TryTake(string folder, bool isExclusive, string fallbackFile)
    {
        if (PosixFiles.TryLockFolder(folder, isExclusive, out var handle))
        {
            return handle;
        }

        try
        {
            return File.OpenHandle(fallbackFile, FileMode.OpenOrCreate, isExclusive ? FileAccess.ReadWrite : FileAccess.Read, isExclusive ? FileShare.None : FileShare.Read);
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or FileNotFoundException))
        {
            return null;
        }
    }
}
