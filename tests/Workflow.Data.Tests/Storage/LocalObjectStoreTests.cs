using Microsoft.Extensions.Time.Testing;
using Workflow.Data.Storage;
using Workflow.Testing.Storage;

namespace Workflow.Data.Tests.Storage;

public sealed class LocalObjectStoreTests : ObjectStoreConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LocalObjectStore _store;

    public LocalObjectStoreTests() => _store = new LocalObjectStore(_folder["a", "objects"]);

    protected override IObjectStore Store => _store;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Objects_are_read_only_files_under_the_first_two_digits()
    {
        var digest = await _store.PutAsync(new MemoryStream([1, 2, 3]));
        var path = PathOf(digest);
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path));
        Assert.Empty(Directory.EnumerateFiles(_folder["a", "objects", "unfinished"]));
    }

    [Fact]
    public async Task Nothing_is_created_before_the_first_write()
    {
        var missing = ContentDigest.Of([1]);
        Assert.False(await _store.ExistsAsync(missing));
        await Assert.ThrowsAsync<ObjectNotFoundException>(() => _store.OpenReadAsync(missing));
        Assert.False(Directory.Exists(_folder["a"]));
    }

    [Fact]
    public async Task A_verified_stream_can_seek()
    {
        await using var stream = await _store.OpenReadAsync(await _store.PutAsync(new MemoryStream([1, 2, 3])));
        Assert.True(stream.CanSeek);
        Assert.Equal(3, stream.Length);
        Assert.False(stream.CanWrite);
    }

    [Fact]
    public async Task Leftovers_of_killed_writers_go_after_a_day_and_younger_ones_stay()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.Parse("2030-01-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
        var unfinished = Directory.CreateDirectory(_folder["a", "objects", "unfinished"]).FullName;
        foreach (var (name, hours) in new[] { ("old" + AtomicFile.TemporarySuffix, 25), ("young" + AtomicFile.TemporarySuffix, 23), ("foreign.txt", 1000) })
        {
            await File.WriteAllTextAsync(Path.Combine(unfinished, name), "half");
            File.SetLastWriteTimeUtc(Path.Combine(unfinished, name), clock.GetUtcNow().UtcDateTime.AddHours(-hours));
        }

        await new LocalObjectStore(_folder["a", "objects"], clock).PutAsync(new MemoryStream([1]));
        Assert.Equal(["foreign.txt", "young" + AtomicFile.TemporarySuffix], Directory.EnumerateFiles(unfinished).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Foreign_files_between_the_objects_are_not_listed()
    {
        var digest = await _store.PutAsync(new MemoryStream([1]));
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(PathOf(digest))!, "README"), "not an object");
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(PathOf(digest))!, digest.Hex[2..].ToUpperInvariant()), "not an object");
        var report = await ObjectStoreAudit.VerifyAsync(_store);
        Assert.Equal(1, report.Objects);
        Assert.True(report.IsIntact);
    }

    [Fact]
    public async Task A_truncated_object_is_found()
    {
        var digest = await _store.PutAsync(new MemoryStream(new byte[1000]));
        await RewriteAsync(PathOf(digest), bytes => bytes[..999]);
        var fault = Assert.Single((await ObjectStoreAudit.VerifyAsync(_store)).Faults);
        Assert.Equal(digest, fault.Digest);
        Assert.Contains(PathOf(digest), fault.Problem, StringComparison.Ordinal);
    }

    protected override Task CorruptAsync(ContentDigest digest) => RewriteAsync(PathOf(digest), bytes =>
    {
        bytes[bytes.Length / 2] ^= 1;
        return bytes;
    });

    private static async Task RewriteAsync(string path, Func<byte[], byte[]> change)
    {
        var bytes = change(await File.ReadAllBytesAsync(path));
        File.Delete(path);
        await File.WriteAllBytesAsync(path, bytes);
    }

    private string PathOf(ContentDigest digest) => _folder["a", "objects", digest.Hex[..2], digest.Hex[2..]];
}
