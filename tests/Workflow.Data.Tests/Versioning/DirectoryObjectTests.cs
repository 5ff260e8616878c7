using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using CsCheck;
using Workflow.Data.Versioning.Objects;
using Workflow.Repository;

namespace Workflow.Data.Versioning;

public sealed class DirectoryObjectTests
{
    [Fact]
    public void Writes_the_bytes_of_all_golden_trees()
    {
        using var stream = new GZipStream(File.OpenRead(SharedFolder.Require("golden/dvc/dir-objects.json.gz")), CompressionMode.Decompress);
        using var document = JsonDocument.Parse(stream);
        var cases = document.RootElement.GetProperty("cases").EnumerateArray().Concat(document.RootElement.GetProperty("collisions").EnumerateArray()).ToList();
        Assert.True(cases.Count >= 320, $"{cases.Count} cases");
        foreach (var golden in cases)
        {
            var entries = golden.GetProperty("entries").EnumerateArray().Select(static e => new DirectoryEntry(e.GetProperty("path").GetString()!, e.TryGetProperty("md5", out var md5) ? Parse(md5.GetString()!) : FileHasher.Hash(Convert.FromHexString(e.GetProperty("hex").GetString()!))));
            var actual = DirectoryObject.Create(entries);
            Assert.Equal(golden.GetProperty("dir").GetString(), Encoding.ASCII.GetString(actual.Bytes));
            Assert.Equal(golden.GetProperty("oid").GetString(), actual.Md5 + ".dir");
        }
    }

    [Fact]
    public void Agrees_with_the_rule_written_out_and_reads_itself_back() =>
        Gen.Select(Gen.OneOf(Gen.Char['a', 'c'], Gen.Char[' ', '~'], Gen.Char['\u0001', '\uD7FF'], Gen.Char['\uE000', '\uFFFF']).Where(static c => c is not ('/' or '.' or '\0')).Array[1, 8], Gen.Bool)
            .Select(static (name, astral) => new string(name) + (astral ? "\U0001F600" : ""))
            .HashSet[0, 20]
            .Sample(
                names =>
                {
                    var entries = names.Select(static (n, i) => new DirectoryEntry(n, new Md5Hash((UInt128)i))).ToArray();
                    var actual = DirectoryObject.Create(entries);
                    Assert.Equal(Oracle(entries), Encoding.ASCII.GetString(actual.Bytes));
                    Assert.Equal(actual.Entries, DirectoryObject.TryParse(actual.Bytes, "x.dir")!.Entries);
                },
                iter: 2000);

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("/abs")]
    [InlineData("a//b")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("./a")]
    [InlineData("a/")]
    [InlineData("a\\u0000b")]
    public void Refuses_a_path_that_leads_out_of_the_folder(string path)
    {
        var exception = Assert.Throws<DvcException>(() => DirectoryObject.TryParse(Encoding.UTF8.GetBytes($$"""[{"md5": "{{new string('a', 32)}}", "relpath": "{{path}}"}]"""), "x.dir"));
        Assert.Contains("x.dir", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[{\"relpath\": \"x\"}]")]
    [InlineData("[{\"md5\": 5, \"relpath\": \"x\"}]")]
    [InlineData("[{\"md5\": \"zz\", \"relpath\": \"x\"}]")]
    [InlineData("[] trailing")]
    [InlineData("[{\"md5\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", \"relpath\": \"\\udc80\"}]")]
    public void Reads_what_is_no_list_of_files_as_nothing(string json) => Assert.Null(DirectoryObject.TryParse(Encoding.UTF8.GetBytes(json), "x.dir"));

    private static Md5Hash Parse(string text)
    {
        Assert.True(Md5Hash.TryParse(text, out var hash));
        return hash;
    }

    // The definition: sorted by UTF-8 bytes, json.dumps with ensure_ascii.
    private static string Oracle(DirectoryEntry[] entries) => "[" + string.Join(", ", entries
        .OrderBy(static e => Convert.ToHexString(Encoding.UTF8.GetBytes(e.Path)), StringComparer.Ordinal)
        .Select(static e => $$"""{"md5": "{{e.Md5}}", "relpath": "{{string.Concat(e.Path.Select(Escape))}}"}""")) + "]";

    private static string Escape(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\b' => "\\b",
        '\f' => "\\f",
        >= ' ' and <= '~' => c.ToString(),
        _ => "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture),
    };
}
