using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Workflow.Data.Storage;

namespace Workflow.Features.Streaming;

/// <summary>A file of frames that grows at its end: a header of its own, then for each frame a marked and checked header and checked bytes. Not thread-safe.</summary>
internal sealed class Journal : IDisposable
{
    // Frame header: mark, length, hash of the content, hash of all that.
    private const int HeaderBytes = 8 + 4 + 8 + 8;
    private const ulong Mark = 0x31_4D_52_46_57_46_4B_57;
    private const int LongestFrame = 1 << 30;
    private static readonly byte[] Magic = "WKFJRN01"u8.ToArray();
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly byte[] _header = new byte[HeaderBytes];
    private bool _isBroken;

    private Journal(string path, long length)
    {
        (_path, Length) = (path, length);
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
    }

    /// <summary>Gets the number of bytes.</summary>
    public long Length { get; private set; }

    /// <summary>Gets whether frames are not known to be on the disk.</summary>
    public bool IsDirty { get; private set; }

    /// <summary>Creates an empty journal, whole or not at all.</summary>
    public static async Task<Journal> CreateAsync(string path, string digest, CancellationToken cancellationToken)
    {
        byte[] header = [.. Magic, .. Encoding.ASCII.GetBytes(digest), (byte)'\n'];
        await AtomicFile.WriteAllBytesAsync(path, header, cancellationToken).ConfigureAwait(false);
        return new Journal(path, header.Length);
    }

    /// <summary>Reads a journal and opens it to go on.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isLast">Whether its end may be torn: what was being written when the process died is cut off.</param>
    /// <param name="frame">Takes each frame; must not keep it.</param>
    /// <exception cref="InvalidDataException">The file was damaged before its end, or is none of ours.</exception>
    public static Journal Open(string path, bool isLast, Action<ReadOnlyMemory<byte>> frame)
    {
        var length = HeaderOf(path, out _);
        using (var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16))
        {
            var bytes = new byte[1 << 16];
            while (length < stream.Length)
            {
                stream.Position = length;
                if (!TryRead(stream, ref bytes, out var content))
                {
                    if (!isLast || IsFrameAfter(stream, length + 1))
                    {
                        throw new InvalidDataException($"Journal '{path}' is damaged at byte {length} of {stream.Length}, and frames follow it: what was acknowledged is lost. Restore the file, or empty the folder and replay the streams.");
                    }

                    break;
                }

                frame(bytes.AsMemory(0, content));
                length += HeaderBytes + content;
            }
        }

        var journal = new Journal(path, length);
        if (RandomAccess.GetLength(journal._file) > length)
        {
            RandomAccess.SetLength(journal._file, length);
            RandomAccess.FlushToDisk(journal._file);
        }

        return journal;
    }

    /// <summary>Gives the length of a journal's own header, and the digest in it.</summary>
    public static long HeaderOf(string path, out string digest)
    {
        using var stream = File.OpenRead(path);
        var bytes = new byte[256];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var end = bytes.AsSpan(0, read).IndexOf((byte)'\n');
        if (end < Magic.Length || !bytes.AsSpan(0, Magic.Length).SequenceEqual(Magic))
        {
            throw new InvalidDataException($"'{path}' is no journal of online features of this version.");
        }

        digest = Encoding.ASCII.GetString(bytes, Magic.Length, end - Magic.Length);
        return end + 1;
    }

    /// <summary>Appends a frame. When it throws, the frame is not there.</summary>
    public void Append(ReadOnlyMemory<byte> content)
    {
        if (_isBroken)
        {
            throw new IOException($"Journal '{_path}' could not be written before and takes no more: open the store anew.");
        }

        BinaryPrimitives.WriteUInt64LittleEndian(_header, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(_header.AsSpan(8), content.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(_header.AsSpan(12), XxHash3.HashToUInt64(content.Span));
        BinaryPrimitives.WriteUInt64LittleEndian(_header.AsSpan(20), XxHash3.HashToUInt64(_header.AsSpan(0, 20)));
        try
        {
            RandomAccess.Write(_file, [_header, content], Length);
        }
        catch
        {
            Cut();
            throw;
        }

        Length += HeaderBytes + content.Length;
        IsDirty = true;
    }

    /// <summary>Flushes every frame to the disk. When it throws, nobody knows what is there: no more frames are taken.</summary>
    public void Flush()
    {
        try
        {
            RandomAccess.FlushToDisk(_file);
            IsDirty = false;
        }
        catch
        {
            _isBroken = true;
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    private void Cut()
    {
        try
        {
            RandomAccess.SetLength(_file, Length);
        }
        catch (IOException)
        {
            _isBroken = true;
        }
    }

    private static bool TryRead(FileStream stream, ref byte[] bytes, out int content)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        content = 0;
        if (stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes
            || BinaryPrimitives.ReadUInt64LittleEndian(header) != Mark
            || BinaryPrimitives.ReadUInt64LittleEndian(header[20..]) != XxHash3.HashToUInt64(header[..20]))
        {
            return false;
        }

        content = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        if (content is < 0 or > LongestFrame || content > stream.Length - stream.Position)
        {
            return false;
        }

        if (bytes.Length < content)
        {
            bytes = new byte[content];
        }

        stream.ReadExactly(bytes, 0, content);
        return XxHash3.HashToUInt64(bytes.AsSpan(0, content)) == BinaryPrimitives.ReadUInt64LittleEndian(header[12..]);
    }

    // A good frame after a bad one: the bad one was written whole once.
    private static bool IsFrameAfter(FileStream stream, long start)
    {
        Span<byte> mark = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(mark, Mark);
        var bytes = new byte[1 << 16];
        var content = Array.Empty<byte>();
        for (var at = start; at + HeaderBytes <= stream.Length;)
        {
            stream.Position = at;
            var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            var found = bytes.AsSpan(0, read).IndexOf(mark);
            if (found < 0)
            {
                at += Math.Max(1, read - mark.Length + 1);
                continue;
            }

            stream.Position = at + found;
            if (TryRead(stream, ref content, out _))
            {
                return true;
            }

            at += found + 1;
        }

        return false;
    }
}
