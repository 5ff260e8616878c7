using Microsoft.Extensions.Time.Testing;
using Workflow.Data.Storage;
using Workflow.Testing.Storage;

namespace Workflow.Data.Tests.Storage;

public sealed class LocalBlobStoreTests : BlobStoreConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LocalBlobStore _store;

    public LocalBlobStoreTests() => _store = new LocalBlobStore(_folder["a", "blobs"]);

    protected override IBlobStore Store => _store;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_blob_is_a_read_only_file_and_nothing_else_is_left()
    {
        await _store.PutAsync("x/y", new MemoryStream([1, 2, 3]));
        await _store.PutAsync("x/z", new MemoryStream([1]), PutCondition.IfAbsent);
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(_folder["a", "blobs", "x", "y"]));
        Assert.Equal(["x", Path.Combine("x", "y"), Path.Combine("x", "z")], Directory.EnumerateFileSystemEntries(_store.Location, "*", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(_store.Location, p)).Order(StringComparer.Ordinal));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(_folder["a", "blobs", "x", "y"]) == (UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead));
    }

    [Fact]
    public async Task Nothing_is_created_before_the_first_write()
    {
        Assert.Null(await _store.FindAsync("x"));
        Assert.False(Directory.Exists(_folder["a"]));
    }

    [Fact]
    public async Task What_a_killed_writer_left_is_no_blob_and_is_removed_a_day_later()
    {
        await _store.PutAsync("x", new MemoryStream([1]));
        var left = _folder["a", "blobs", ".workflow-tmp", "0123.workflow-tmp"];
        Directory.CreateDirectory(Path.GetDirectoryName(left)!);
        await File.WriteAllBytesAsync(left, [1]);
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await new LocalBlobStore(_store.Location, clock).PutAsync("y", new MemoryStream([1]));
        Assert.True(File.Exists(left));
        Assert.Equal(2, await _store.ListAsync("").CountAsync());

        clock.Advance(TimeSpan.FromDays(1.1));
        await new LocalBlobStore(_store.Location, clock).PutAsync("z", new MemoryStream([1]));
        Assert.False(Directory.Exists(Path.GetDirectoryName(left)));
    }

    [Fact]
    public async Task A_folder_that_is_a_file_is_named()
    {
        await File.WriteAllBytesAsync(_folder["file"], [1]);
        var store = new LocalBlobStore(_folder["file"]);
        var exception = await Assert.ThrowsAnyAsync<IOException>(() => store.PutAsync("a/b", new MemoryStream([1])));
        Assert.Contains(_folder["file"], exception.Message, StringComparison.Ordinal);
        Assert.Contains("a/b", exception.Message, StringComparison.Ordinal);
    }
}
