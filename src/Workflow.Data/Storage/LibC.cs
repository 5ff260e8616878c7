using System.Runtime.InteropServices;

namespace Workflow.Data.Storage;

/// <summary>The calls into the C library that .NET does not offer. Linux and macOS only; elsewhere they do nothing.</summary>
internal static partial class LibC
{
    private const int ReadOnly = 0;

    /// <summary>Makes the entries of a folder durable: a rename is lost by a power cut until its folder has been synchronised.</summary>
    /// <exception cref="IOException">The system refuses; says which folder and which error number.</exception>
    public static void SynchronizeFolder(string path)
    {
        // NTFS journals its renames; there is no such call.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(path, ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException($"Cannot open the folder '{path}' to synchronise it: error {Marshal.GetLastPInvokeError()}.");
        }

        try
        {
            if (Synchronize(descriptor) != 0)
            {
                throw new IOException($"Cannot synchronise the folder '{path}': error {Marshal.GetLastPInvokeError()}.");
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
