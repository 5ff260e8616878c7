using System.Buffers;
using System.Text.Json;

namespace Workflow.Data.Versioning.Objects;

/// <summary>A <c>.dir</c> object: the list of a folder's files, byte for byte as Python's <c>json.dumps(…, sort_keys=True)</c> writes it.</summary>
internal sealed class DirectoryObject
{
    internal const string Suffix = ".dir";

    // 1,000,000 files of 255-byte escaped names are less; a hostile file of this size still fits in memory.
    internal const long MaximumBytes = 1L << 30;

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
        Span<char> hex = stackalloc char[Md5Hash.HexLength];
        for (var i = 0; i < sorted.Length; i++)
        {
            writer.Write(i == 0 ? "{\"md5\": \""u8 : ", {\"md5\": \""u8);
            sorted[i].Md5.Value.TryFormat(hex, out _, "x32", System.Globalization.CultureInfo.InvariantCulture);
            WriteAscii(writer, hex);
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
    /// <returns>Null when it is no list of files, as DVC then says "unknown".</returns>
    /// <exception cref="DvcException">A path leads out of the folder: DVC would follow it, we never do.</exception>
    public static DirectoryObject? TryParse(ReadOnlyMemory<byte> bytes, string name)
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
                    || !Md5Hash.TryParse(md5.GetString(), out var hash))
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

            if (entries.Find(e => HasFileAbove(e.Path, seen)) is { Path: { } below })
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

        return new DirectoryObject([.. entries.OrderBy(e => e.Path, CodePointComparer.Instance)], bytes.ToArray()) { Md5 = FileHasher.Hash(bytes.Span) };
    }

    private static bool HasFileAbove(string path, HashSet<string> files)
    {
        for (var folder = RepositoryPath.FolderOf(path); folder.Length > 0; folder = RepositoryPath.FolderOf(folder))
        {
            if (files.Contains(folder))
            {
                return true;
            }
        }

        return false;
    }

    private static void CheckPath(string path, string name)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) || path.Contains('\\', StringComparison.Ordinal) && OperatingSystem.IsWindows()
            || path.Split('/').Any(static part => part is "" or "." or ".."))
        {
            throw new DvcException(
                $"The object {name} lists the path '{path.Replace("\0", "\\0", StringComparison.Ordinal)}', which does not stay inside its folder. Nothing of it is used; restore the object from a good remote.");
        }
    }

    private static void WriteAscii(ArrayBufferWriter<byte> writer, ReadOnlySpan<char> text)
    {
        var span = writer.GetSpan(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            span[i] = (byte)text[i];
        }

        writer.Advance(text.Length);
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
