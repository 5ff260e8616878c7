using System.Runtime.InteropServices;
using System.Text;

namespace Workflow.Data.Storage;

/// <summary>The calls into the C library that .NET does not offer, each with what other systems do instead.</summary>
internal static unsafe partial class PosixFiles
{
    private const int AtWorkingDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint BasicStatistics = 0x7ff;
    private const nuint CloneRequest = 0x40049409;
    private const int WriteOnly = 1;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const int CloseOnExecute = 0x80000;

    /// <summary>Reads the stamp of a path; <see cref="FileKind.Missing"/> when there is nothing (or, followed, a broken link).</summary>
    public static FileStamp Stamp(string path, bool followLinks = true)
    {
        if (!OperatingSystem.IsLinux())
        {
            return PortableStamp(path, followLinks);
        }

        return TryReadStatistics(path, followLinks, out var statistics) ? ToStamp(statistics) : default;
    }

    /// <summary>Counts the names of a file, links not followed; 1 where the system does not tell.</summary>
    public static long LinkCount(string path) =>
        OperatingSystem.IsLinux() && TryReadStatistics(path, followLinks: false, out var statistics) ? statistics.Links : 1;

    private static bool TryReadStatistics(string path, bool followLinks, out StatisticsBuffer statistics)
    {
        Span<byte> buffer = stackalloc byte[512];
        var length = Encoding.UTF8.GetByteCount(path) + 1;
        var bytes = length <= buffer.Length ? buffer[..length] : new byte[length];
        Encoding.UTF8.GetBytes(path, bytes);
        bytes[^1] = 0;
        fixed (byte* name = bytes)
        {
            fixed (StatisticsBuffer* result = &statistics)
            {
                return ReadStatistics(AtWorkingDirectory, name, followLinks ? 0 : NoFollow, BasicStatistics, result) == 0;
            }
        }
    }

    private static FileStamp ToStamp(in StatisticsBuffer statistics)
    {
        var kind = (statistics.Mode & 0xF000) switch
        {
            0x8000 => FileKind.File,
            0x4000 => FileKind.Folder,
            0xA000 => FileKind.SymbolicLink,
            _ => FileKind.Other,
        };
        return new FileStamp(
            kind,
            ((ulong)statistics.DeviceMajor << 32) | statistics.DeviceMinor,
            statistics.Inode,
            (long)statistics.Size,
            Nanoseconds(statistics.Modified),
            Nanoseconds(statistics.Changed),
            statistics.Mode & 0xFFF);
    }

    /// <summary>Reads a small file.</summary>
    /// <returns>The bytes read: as many as the buffer holds, or fewer at the file's end.</returns>
    public static int ReadFile(string path, Span<byte> buffer)
    {
        if (!OperatingSystem.IsLinux())
        {
            using var handle = File.OpenHandle(path);
            return RandomAccess.Read(handle, buffer, 0);
        }

        var descriptor = Open(path, CloseOnExecute, 0);
        if (descriptor < 0)
        {
            throw Fail("read", path);
        }

        try
        {
            var length = 0;
            fixed (byte* bytes = buffer)
            {
                while (length < buffer.Length)
                {
                    var read = Read(descriptor, bytes + length, (nuint)(buffer.Length - length));
                    if (read < 0)
                    {
                        throw Fail("read", path);
                    }

                    if (read == 0)
                    {
                        break;
                    }

                    length += (int)read;
                }
            }

            return length;
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>Creates a file with its content and its final mode: half the calls that a stream makes, which count for many small files.</summary>
    public static void WriteNewFile(string path, ReadOnlySpan<byte> content, int mode)
    {
        if (!OperatingSystem.IsLinux())
        {
            using var handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
            RandomAccess.Write(handle, content, 0);
            return;
        }

        var descriptor = Open(path, WriteOnly | Create | Exclusive | CloseOnExecute, mode);
        if (descriptor < 0)
        {
            throw Fail("create", path);
        }

        try
        {
            fixed (byte* bytes = content)
            {
                for (var written = 0; written < content.Length;)
                {
                    var count = Write(descriptor, bytes + written, (nuint)(content.Length - written));
                    if (count < 0)
                    {
                        throw Fail("write", path);
                    }

                    written += (int)count;
                }
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>Makes a second name of a file.</summary>
    /// <returns>Whether the file system could do it.</returns>
    public static bool TryHardLink(string existing, string link) => OperatingSystem.IsLinux() && HardLink(existing, link) == 0;

    /// <summary>Gives an open, empty file the content of another by sharing its blocks.</summary>
    /// <returns>Whether the file system could do it.</returns>
    public static bool TryClone(SafeHandle source, SafeHandle target) =>
        OperatingSystem.IsLinux() && Control(target, CloneRequest, source.DangerousGetHandle()) == 0;

    /// <summary>Makes the entries of a folder durable: a rename is lost by a power cut until its folder has been synchronised.</summary>
    /// <exception cref="IOException">The system refuses; says which folder and why.</exception>
    public static void SynchronizeFolder(string path)
    {
        // NTFS journals its renames; there is no such call.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(path, 0, 0);
        if (descriptor < 0)
        {
            throw Fail("open and synchronise the folder", path);
        }

        try
        {
            if (Synchronize(descriptor) != 0)
            {
                throw Fail("synchronise the folder", path);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>Writes everything that the file system of a path holds in memory to disk: one call instead of one per file.</summary>
    /// <returns>False where the system has no such call.</returns>
    public static bool TrySynchronizeFileSystem(SafeHandle anyFile) => OperatingSystem.IsLinux() && SynchronizeFileSystem(anyFile) == 0;

    private static long Nanoseconds(in Timestamp time) => unchecked((time.Seconds * 1_000_000_000) + time.Nanoseconds);

    private static FileStamp PortableStamp(string path, bool followLinks)
    {
        FileSystemInfo? info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        if (info.LinkTarget is not null)
        {
            if (!followLinks)
            {
                return new FileStamp(FileKind.SymbolicLink, 0, 0, 0, 0, 0, 0);
            }

            info = info.ResolveLinkTarget(returnFinalTarget: true);
        }

        if (info is null || !info.Exists)
        {
            return default;
        }

        var modified = (info.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * 100;
        var mode = OperatingSystem.IsWindows() ? 0x1A4 : (int)info.UnixFileMode & 0x1FF;
        return info is FileInfo file
            ? new FileStamp(FileKind.File, 0, 0, file.Length, modified, modified, mode)
            : new FileStamp(FileKind.Folder, 0, 0, 0, modified, modified, mode);
    }

    private static IOException Fail(string what, string path) => new($"Cannot {what} '{path}': {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Write(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ReadStatistics(int folder, byte* path, int flags, uint mask, StatisticsBuffer* statistics);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int HardLink(string existing, string link);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(SafeHandle target, nuint request, nint source);

    [LibraryImport("libc", EntryPoint = "syncfs")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SynchronizeFileSystem(SafeHandle file);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timestamp
    {
        public long Seconds;
        public uint Nanoseconds;
        public int Reserved;
    }

    // struct statx of Linux: the same layout on every architecture.
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    private struct StatisticsBuffer
    {
        public uint Mask;
        public uint BlockSize;
        public ulong Attributes;
        public uint Links;
        public uint User;
        public uint Group;
        public ushort Mode;
        public ushort Spare;
        public ulong Inode;
        public ulong Size;
        public ulong Blocks;
        public ulong AttributesMask;
        public Timestamp Accessed;
        public Timestamp Born;
        public Timestamp Changed;
        public Timestamp Modified;
        public uint SpecialMajor;
        public uint SpecialMinor;
        public uint DeviceMajor;
        public uint DeviceMinor;
    }
}
