using System.Formats.Tar;
using System.IO.Compression;
using Workflow.Data.Chunking;
using Workflow.Repository;
using Workflow.Testing.Storage;

namespace Workflow.Data.Tests.Chunking;

/// <summary>The DVC view, against remotes that the real DVC has made.</summary>
public sealed class ChunkExportTests
{
    public static TheoryData<string> Scenarios()
    {
        var data = new TheoryData<string>();
        var folder = SharedFolder.Find("golden/dvc/repos");
        foreach (var tar in (folder is null ? ["none"] : Directory.GetFiles(folder, "*.tar.gz")).Order(StringComparer.Ordinal))
        {
            data.Add(Path.GetFileName(tar));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Remotes_and_caches_of_the_real_DVC_pass_through_byte_for_byte(string tar)
    {
        using var fixture = new ChunkFixture(isEncrypted: tar.Length % 2 == 0, compression: tar.Length % 3);
        var trees = ReadTrees(Path.Combine(SharedFolder.Require("golden/dvc/repos"), tar));
        var expected = new MemoryBlobStore();
        foreach (var (root, tree) in trees)
        {
            // Every state after another goes into one store, as pushes of a repository's life do.
            var files = fixture.Files(tree.Select(f => KeyValuePair.Create($"{root}/{f.Key}", f.Value)));
            await fixture.Store.UploadAsync(files);
            foreach (var (path, content) in tree)
            {
                expected[$"{root}/{path}"] = content;
            }
        }

        var target = new MemoryBlobStore();
        using var other = fixture.Reopen();
        Assert.Equal(expected.Names.Count, await other.ExportAsync(target));
        Assert.Equal(expected.Names, target.Names);
        Assert.All(expected.Names, name => Assert.True(expected[name].AsSpan().SequenceEqual(target[name])));
        Assert.Equal(0, await other.ExportAsync(target));
    }

    [Fact]
    public async Task Every_directory_object_comes_after_its_files()
    {
        using var fixture = new ChunkFixture();
        var contents = Enumerable.Range(0, 40).ToDictionary(i => $"files/md5/{i:x2}/{(i % 4 == 0 ? "a.dir" : "b")}", i => ChunkData.Bytes((uint)i, 5_000));
        await fixture.Store.UploadAsync(fixture.Files(contents));
        await fixture.Store.PutAsync("other/x", new MemoryStream([1]));
        var target = new MemoryBlobStore();
        Assert.Equal(40, await fixture.Store.ExportAsync(target, "files/"));
        var puts = target.Requests.Where(r => r.Operation == "put").Select(r => r.Name).ToArray();
        Assert.Equal(puts.OrderBy(n => n.EndsWith(".dir", StringComparison.Ordinal)), puts);
        Assert.Equal(contents.Keys.Order(StringComparer.Ordinal), target.Names);
    }

    /// <summary>The object trees of all states: what lies in <c>remote</c> and in <c>.dvc/cache</c>, under a name per state.</summary>
    private static List<(string Root, Dictionary<string, byte[]> Files)> ReadTrees(string tar)
    {
        var trees = new SortedDictionary<string, Dictionary<string, byte[]>>(StringComparer.Ordinal);
        using var stream = new GZipStream(File.OpenRead(tar), CompressionMode.Decompress);
        using var reader = new TarReader(stream);
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            var name = entry.Name;
            var at = new[] { "/remote/", "/.dvc/cache/" }.Select(part => (Part: part, At: name.IndexOf(part, StringComparison.Ordinal))).FirstOrDefault(p => p.At > 0);
            if (at.Part is null || entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
            {
                continue;
            }

            using var data = new MemoryStream();
            entry.DataStream?.CopyTo(data);
            var root = name[..(at.At + at.Part.Length - 1)];
            if (!trees.TryGetValue(root, out var files))
            {
                trees[root] = files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            }

            files[name[(at.At + at.Part.Length)..]] = data.ToArray();
        }

        return [.. trees.Select(t => (t.Key, t.Value))];
    }
}
