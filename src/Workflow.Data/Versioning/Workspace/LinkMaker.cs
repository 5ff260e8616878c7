using System.Buffers;
using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Workspace;

/// <summary>Makes files of the workspace from objects of the cache: the first type of link that is possible, as DVC tries them. Safe for concurrent use.</summary>
/// <param name="types">Of <c>cache.type</c>.</param>
internal sealed class LinkMaker(IReadOnlyList<string> types)
{
    private const int ReadWholeBelow = 1 << 20;
    private const int CreatedMode = 0b110_110_110;
    private volatile bool _hasNoClones;

    /// <summary>Makes a file that is not there yet.</summary>
    /// <param name="file">What it holds.</param>
    /// <param name="path">Where it is made.</param>
    /// <returns>Whether it is a file of its own; false for a link.</returns>
    /// <exception cref="DvcException">None of the types is possible.</exception>
    public bool Make(in CheckoutFile file, string path)
    {
        foreach (var type in types)
        {
            switch (type)
            {
                case "reflink" when !_hasNoClones && TryClone(file, path):
                    return true;
                case "hardlink" when file.Size == 0:
                    // An object of many links would reach the file system's limit, and the empty one is everywhere.
                    PosixFiles.WriteNewFile(path, [], CreatedMode);
                    return true;
                case "hardlink" when PosixFiles.TryHardLink(file.Object, path):
                    return false;
                case "symlink":
                    File.CreateSymbolicLink(path, file.Object);
                    return false;
                case "copy":
                    Copy(file, path);
                    return true;
            }
        }

        throw new DvcException($"None of the types of links in cache.type ({string.Join(", ", types)}) is possible between '{file.Object}' and the workspace. Add 'copy' to it. The file was left as it is.");
    }

    private bool TryClone(in CheckoutFile file, string path)
    {
        bool isCloned;
        using (var source = File.OpenHandle(file.Object))
        using (var target = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write))
        {
            isCloned = PosixFiles.TryClone(source, target);
        }

        if (!isCloned)
        {
            _hasNoClones = true;
            File.Delete(path);
        }

        return isCloned;
    }

    private static void Copy(in CheckoutFile file, string path)
    {
        if (file.Size > ReadWholeBelow)
        {
            CopyLarge(file, path);
            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent((int)file.Size);
        try
        {
            var length = PosixFiles.ReadFile(file.Object, buffer.AsSpan(0, (int)file.Size));
            if (length != file.Size)
            {
                throw new IOException($"The object '{file.Object}' had {file.Size} bytes and has {length} now. Nothing may change the cache while it is read.");
            }

            PosixFiles.WriteNewFile(path, buffer.AsSpan(0, length), CreatedMode);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void CopyLarge(in CheckoutFile file, string path)
    {
        using var source = File.OpenHandle(file.Object, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
        using var target = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        var buffer = ArrayPool<byte>.Shared.Rent(ReadWholeBelow);
        try
        {
            for (long offset = 0; ;)
            {
                var read = RandomAccess.Read(source, buffer.AsSpan(0, ReadWholeBelow), offset);
                if (read == 0)
                {
                    return;
                }

                RandomAccess.Write(target, buffer.AsSpan(0, read), offset);
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
