using System.IO.Enumeration;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Workflow.Data.Storage;

/// <summary>Reads the entries of a folder as bytes, with their stamps, without making a string of each: a walk over a million files makes none.</summary>
/// <remarks>Not safe for concurrent use; spans are valid until the next call.</remarks>
internal sealed unsafe class FolderReader : IDisposable
{
    private const int BufferBytes = 1 << 15;
    private readonly string _path;
    private readonly SafeFileHandle? _folder;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);
    private readonly IEnumerator<string>? _names;
    private int _filled;
    private int _next;
    private int _nameStart;
    private int _nameLength;

    public FolderReader(string path)
    {
        _path = path;
        if (OperatingSystem.IsLinux())
        {
            _folder = PosixFiles.OpenFolder(path);
        }
        else
        {
            _names = new FileSystemEnumerable<string>(
                path,
                static (ref FileSystemEntry entry) => entry.FileName.ToString(),
                new EnumerationOptions { AttributesToSkip = FileAttributes.None, RecurseSubdirectories = false, ReturnSpecialDirectories = false, IgnoreInaccessible = false }).GetEnumerator();
        }
    }

    /// <summary>Gets the entry's name.</summary>
    public ReadOnlySpan<byte> Name => _buffer.AsSpan(_nameStart, _nameLength);

    /// <summary>Gets what the entry is, a link not followed; <see cref="FileKind.Missing"/> where the folder does not say.</summary>
    public FileKind Kind { get; private set; }

    /// <summary>Goes to the next entry.</summary>
    public bool Read()
    {
        if (_folder is null)
        {
            return ReadPortably();
        }

        while (true)
        {
            if (_next == _filled)
            {
                _filled = PosixFiles.ReadEntries(_folder, Address(0), BufferBytes);
                _next = 0;
                if (_filled == 0)
                {
                    return false;
                }
            }

            // struct linux_dirent64: inode, offset, length of the record, type, name ended by a zero byte.
            var entry = _buffer.AsSpan(_next);
            var length = Unsafe.ReadUnaligned<ushort>(ref entry[16]);
            _nameStart = _next + 19;
            _nameLength = entry[19..length].IndexOf((byte)0);
            Kind = entry[18] switch { 4 => FileKind.Folder, 8 => FileKind.File, 10 => FileKind.SymbolicLink, 0 => FileKind.Missing, _ => FileKind.Other };
            _next += length;
            if (!Name.SequenceEqual("."u8) && !Name.SequenceEqual(".."u8))
            {
                return true;
            }
        }
    }

    /// <summary>Reads the entry's stamp.</summary>
    public FileStamp Stamp(bool followLinks) => _folder is null
        ? PosixFiles.Stamp(Path.Combine(_path, Encoding.UTF8.GetString(Name)), followLinks)
        : PosixFiles.Stamp((int)_folder.DangerousGetHandle(), Address(_nameStart), followLinks ? 0 : PosixFiles.NoFollow);

    public void Dispose()
    {
        _folder?.Dispose();
        _names?.Dispose();
    }

    private bool ReadPortably()
    {
        if (!_names!.MoveNext())
        {
            return false;
        }

        _nameStart = 0;
        _nameLength = Encoding.UTF8.GetBytes(_names.Current, _buffer);
        Kind = FileKind.Missing;
        return true;
    }

    private byte* Address(int index) => (byte*)Unsafe.AsPointer(ref _buffer[index]);
}
