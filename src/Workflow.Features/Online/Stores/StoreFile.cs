using Microsoft.Win32.SafeHandles;

namespace Workflow.Features.Online.Stores;

/// <summary>Reads the frames of a file from its beginning, and says where they end.</summary>
internal sealed class StoreFile(string path)
{
    private const int SearchBytes = 1 << 20;

    /// <summary>Gives the payloads to a reader, one after the other.</summary>
    /// <param name="read">Takes a payload.</param>
    /// <param name="mayBeTorn">Whether the file may end in a frame whose writing was cut off.</param>
    /// <returns>The sequence number after the last frame, and the bytes up to its end.</returns>
    /// <exception cref="OnlineStoreException">A frame is damaged, and not by having been cut off at the end of the file.</exception>
    public (long Sequence, long Length) Read(Action<byte[]> read, bool mayBeTorn)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, FileOptions.SequentialScan);
        var length = RandomAccess.GetLength(file);
        var header = new byte[StoreFrame.HeaderBytes];
        var (at, sequence) = (0L, 0L);
        while (at < length)
        {
            if (ReadFrame(file, at, length, header, sequence) is not { } payload)
            {
                if (!mayBeTorn || HasFrameAfter(file, at, length, sequence))
                {
                    throw new OnlineStoreException(OnlineStoreFault.Corrupt, $"'{path}' is damaged at byte {at} of {length}: expected record {sequence} with its checksum. Restore the folder of the online store from a copy, or remove it and materialise again.");
                }

                return (sequence, at);
            }

            read(payload);
            at += StoreFrame.HeaderBytes + payload.Length + StoreFrame.DigestBytes;
            sequence++;
        }

        return (sequence, at);
    }

    private static byte[]? ReadFrame(SafeFileHandle file, long at, long length, byte[] header, long sequence)
    {
        if (ReadAll(file, header, at) < header.Length || !StoreFrame.TryHeader(header, out var payload, out var found) || found != sequence
            || payload > length - at - StoreFrame.HeaderBytes - StoreFrame.DigestBytes)
        {
            return null;
        }

        var frame = new byte[StoreFrame.HeaderBytes + payload + StoreFrame.DigestBytes];
        return ReadAll(file, frame, at) == frame.Length && StoreFrame.IsIntact(frame) ? frame[StoreFrame.HeaderBytes..^StoreFrame.DigestBytes] : null;
    }

    // What was cut off has nothing intact behind it; what was damaged later has.
    private static bool HasFrameAfter(SafeFileHandle file, long from, long length, long sequence)
    {
        var buffer = new byte[SearchBytes];
        for (var start = from + 1; start < length; start += SearchBytes - StoreFrame.HeaderBytes)
        {
            var filled = ReadAll(file, buffer, start);
            for (var i = 0; i + StoreFrame.HeaderBytes <= filled; i++)
            {
                if (StoreFrame.TryHeader(buffer.AsSpan(i), out _, out var found) && found >= sequence
                    && ReadFrame(file, start + i, length, new byte[StoreFrame.HeaderBytes], found) is not null)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static int ReadAll(SafeFileHandle file, Span<byte> buffer, long at)
    {
        var total = 0;
        while (total < buffer.Length && RandomAccess.Read(file, buffer[total..], at + total) is > 0 and var read)
        {
            total += read;
        }

        return total;
    }
}
