using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning;

/// <summary>The <c>.dir</c> object of whole trees against the rule, written out naively over code points.</summary>
[SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "The format's identity of content is MD5.")]
public sealed class DirectoryTreeTests
{
    private const int Trees = 10_000;

    // Around every limit of the rule: short escapes, DEL, the surrogates' neighbours, the private use area, beyond the BMP.
    private static readonly Gen<int> Point = Gen.Frequency(
        (6, Gen.Int['a', 'd']),
        (2, Gen.Int[' ', '~']),
        (2, Gen.OneOfConst(0x01, 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1B, 0x1F, 0x22, 0x27, 0x5C, 0x7F, 0x80, 0x85, 0xA0)),
        (2, Gen.OneOfConst(0xD7FF, 0xE000, 0xF8FF, 0xFF5E, 0xFFFD, 0xFFFF, 0x2028, 0x2029, 0xFEFF)),
        (2, Gen.OneOfConst(0x10000, 0x1F600, 0x1F601, 0xFFFFF, 0x10FFFF)),
        (1, Gen.Int[0x80, 0xD7FF]));

    private static readonly Gen<string> Name = Point.Where(static p => p is not ('/' or '.' or '\0')).Array[1, 5]
        .Select(static points => string.Concat(points.Select(static p => new Rune(p).ToString())));

    private static readonly Gen<(string Path, byte[] Content)> File =
        Gen.Select(Name.Array[1, 9].Select(static names => string.Join('/', names)), Gen.OneOf(Gen.Const(Array.Empty<byte>()), Gen.Byte.Array[0, 4]));

    [Fact]
    public void Has_the_bytes_and_the_id_of_the_rule_for_ten_thousand_trees()
    {
        var seen = 0;
        File.Array[0, 12].Sample(
            files =>
            {
                var tree = WithoutClashes(files);
                var actual = DirectoryObject.Create(tree.Select(static f => new DirectoryEntry(f.Path, FileHasher.Hash(f.Content))));
                var expected = Oracle(tree);
                Assert.Equal(expected, Encoding.ASCII.GetString(actual.Bytes));
                Assert.Equal(Hex(Encoding.ASCII.GetBytes(expected)), actual.Md5.ToString());
                Assert.Equal(actual.Entries, DirectoryObject.TryParse(actual.Bytes, "x.dir")!.Entries);
                Interlocked.Increment(ref seen);
            },
            iter: Trees);
        Assert.True(seen >= Trees, $"{seen} trees");
    }

    // A path cannot be a file and a folder at once.
    private static List<(string Path, byte[] Content)> WithoutClashes((string Path, byte[] Content)[] files)
    {
        var kept = new List<(string Path, byte[] Content)>();
        foreach (var file in files)
        {
            if (!kept.Exists(k => k.Path == file.Path || k.Path.StartsWith(file.Path + "/", StringComparison.Ordinal) || file.Path.StartsWith(k.Path + "/", StringComparison.Ordinal)))
            {
                kept.Add(file);
            }
        }

        return kept;
    }

    private static string Oracle(List<(string Path, byte[] Content)> files)
    {
        var left = files.Select(static f => (Points: f.Path.EnumerateRunes().Select(static r => r.Value).ToArray(), f.Content)).ToList();
        var items = new List<string>();
        while (left.Count > 0)
        {
            var first = left[0];
            foreach (var other in left)
            {
                first = IsBefore(other.Points, first.Points) ? other : first;
            }

            left.Remove(first);
            items.Add($"{{\"md5\": \"{Hex(first.Content)}\", \"relpath\": \"{string.Concat(first.Points.Select(Escape))}\"}}");
        }

        return $"[{string.Join(", ", items)}]";
    }

    private static bool IsBefore(int[] a, int[] b)
    {
        for (var i = 0; i < a.Length && i < b.Length; i++)
        {
            if (a[i] != b[i])
            {
                return a[i] < b[i];
            }
        }

        return a.Length < b.Length;
    }

    private static string Escape(int point) => point switch
    {
        0x22 => "\\\"",
        0x5C => "\\\\",
        0x0A => "\\n",
        0x0D => "\\r",
        0x09 => "\\t",
        0x08 => "\\b",
        0x0C => "\\f",
        >= 0x20 and < 0x7F => ((char)point).ToString(),
        < 0x10000 => Unit(point),
        _ => Unit(0xD800 + ((point - 0x10000) >> 10)) + Unit(0xDC00 + ((point - 0x10000) & 0x3FF)),
    };

    private static string Unit(int unit) => "\\u" + unit.ToString("x4", CultureInfo.InvariantCulture);

    private static string Hex(byte[] content) => Convert.ToHexStringLower(MD5.HashData(content));
}
