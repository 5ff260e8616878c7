using System.Buffers;
using System.Text.Json;

namespace Workflow.Data.Versioning.Objects;

/// <summary>A <c>.dir</c> object: the list of a folder's files, byte for byte as Python's <c>json.dumps(…, sort_keys=True)</c> writes it.</summary>
internal sealed class DirectoryObject
{
    internal const string Suffix = ".dir";

    // 1,000,000 files of 255-byte escaped names are less; a hostile file of this size still fits in memory.
    internal const long MaximumBytes = 1L << 30;

    // What DVC itself may have written of a file, the last ones in folders of cloud-versioned remotes.
    private static readonly HashSet<string> Keys = new(["md5", "relpath", "size", "isexec", "etag", "version_id", "checksum", "nfiles", "isdir", "remote"], StringComparer.Ordinal);

    private DirectoryObject(DirectoryEntry[] entries, byte[] bytes) => (Entries, Bytes) = (entries, bytes);

    /// <summary>Gets the files, ordered by code point of their path.</summary>
    public DirectoryEntry[] Entries { get; }

    public byte[] Bytes { get; }

    public Md5Hash Md5 { get; private init; }

    /// <summary>Builds the object.</summary>
    /// <param name="entries">In any order; the paths differ from one another.</param>
    public static DirectoryObject Create(IEnumerable<DirectoryEntry> entries)
    {
        var sorted = entries.ToArray();
        Array.Sort(sorted, static (a, b) => CodePointComparer.Instance.Compare(a.Path, b.Path));
        var writer = new ArrayBufferWriter<byte>(16 + (sorted.Length * 96));
        writer.Write("["u8);
        for (var i = 0; i < sorted.Length; i++)
        {
            writer.Write(i == 0 ? "{\"md5\": \""u8 : ", {\"md5\": \""u8);
            sorted[i].Md5.WriteHex(writer.GetSpan(Md5Hash.HexLength)[..Md5Hash.HexLength]);
            writer.Advance(Md5Hash.HexLength);
            writer.Write("\", \"relpath\": \""u8);
            WriteEscaped(writer, sorted[i].Path);
            writer.Write("\"}"u8);
        }

        writer.Write("]"u8);
        var bytes = writer.WrittenSpan.ToArray();
        return new DirectoryObject(sorted, bytes) { Md5 = FileHasher.Hash(bytes) };
    }

    /// <summary>Reads an object that anybody may have written.</summary>
    /// <param name="bytes">The content of the object.</param>
    /// <param name="name">What it is called in the message of an error.</param>
    /// <param name="isStrict">Whether a list of something else than files is refused instead of taken for none.</param>
    /// <returns>Null when it is no list of files, as DVC then says "unknown".</returns>
    /// <exception cref="DvcException">A path leads out of the folder: DVC would follow it, we never do.</exception>
    public static DirectoryObject? TryParse(ReadOnlyMemory<byte> bytes, string name, bool isStrict = false)
    {
        var entries = new List<DirectoryEntry>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Array)
            {
                return null;
            }

            foreach (var item in document.RootElement.EnumerateArray())
            {
                if (item.ValueKind != JsonValueKind.Object
                    || !item.TryGetProperty("md5", out var md5) || md5.ValueKind != JsonValueKind.String
                    || !item.TryGetProperty("relpath", out var path) || path.ValueKind != JsonValueKind.String
                    || (isStrict && item.EnumerateObject().Any(static p => !Keys.Contains(p.Name))))
                {
                    return isStrict ? throw new DvcException($"The object {name} holds an entry that is no file with its md5. Nothing of it is used; restore the object from a good remote.") : null;
                }

                if (!Md5Hash.TryParse(md5.GetString(), out var hash))
                {
                    return null;
                }

                var relative = path.GetString()!;
                CheckPath(relative, name);
                if (!seen.Add(relative))
                {
                    throw new DvcException($"The object {name} lists '{relative}' twice. Nothing of it is used; restore the object from a good remote.");
                }

                entries.Add(new DirectoryEntry(relative, hash));
            }

            if (entries.Find(e => e.Path.Contains('/', StringComparison.Ordinal) && HasFileAbove(e.Path, seen)) is { Path: { } below })
            {
                throw new DvcException($"The object {name} lists '{below}' below a path that it lists as a file. Nothing of it is used; restore the object from a good remote.");
            }
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate: a name that is not UTF-8, which neither DVC nor .NET can make.
            return null;
        }

        return new DirectoryObject(Sort(entries), bytes.ToArray()) { Md5 = FileHasher.Hash(bytes.Span) };
    }

    private static bool HasFileAbove(ReadOnlySpan<char> path, HashSet<string> files)
    {
        var lookup = files.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path[..slash].LastIndexOf('/'))
        {
            if (lookup.Contains(path[..slash]))
            {
                return true;
            }
        }

        return false;
    }

    // As it is, except where somebody else wrote it.
    private static DirectoryEntry[] Sort(List<DirectoryEntry> entries)
    {
        for (var i = 1; i < entries.Count; i++)
        {
            if (CodePointComparer.Instance.Compare(entries[i - 1].Path, entries[i].Path) > 0)
            {
                return [.. entries.OrderBy(static e => e.Path, CodePointComparer.Instance)];
            }
        }

        return [.. entries];
    }

    private static bool HasBadPart(ReadOnlySpan<char> path)
    {
        while (true)
        {
            var slash = path.IndexOf('/');
            if ((slash < 0 ? path : path[..slash]) is "" or "." or "..")
            {
                return true;
            }

            if (slash < 0)
            {
                return false;
            }

            path = path[(slash + 1)..];
        }
    }

    private static void CheckPath(string path, string name)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) || path.Contains('\\', StringComparison.Ordinal) && OperatingSystem.IsWindows()
            || HasBadPart(path))
        {
            throw new DvcException(
                $"The object {name} lists the path '{path.Replace("\0", "\\0", StringComparison.Ordinal)}', which does not stay inside its folder. Nothing of it is used; restore the object from a good remote.");
        }
    }

    /// <summary>Writes a text as Python's JSON does, without the quotes.</summary>
    internal static void WriteEscaped(ArrayBufferWriter<byte> writer, string text)
    {
        var span = writer.GetSpan(text.Length * 6);
        var length = 0;
        foreach (var c in text)
        {
            var shortForm = c switch { '"' => '"', '\\' => '\\', '\n' => 'n', '\r' => 'r', '\t' => 't', '\b' => 'b', '\f' => 'f', _ => '\0' };
            if (shortForm != '\0')
            {
                span[length++] = (byte)'\\';
                span[length++] = (byte)shortForm;
            }
            else if (c is >= ' ' and <= '~')
            {
                span[length++] = (byte)c;
            }
            else
            {
                span[length++] = (byte)'\\';
                span[length++] = (byte)'u';
                for (var shift = 12; shift >= 0; shift -= 4)
                {
                    span[length++] = (byte)"0123456789abcdef"[(c >> shift) & 15];
                }
            }
        }

        writer.Advance(length);
    }
}
