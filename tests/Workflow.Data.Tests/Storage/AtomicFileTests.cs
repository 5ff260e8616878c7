using System.Text;
using Workflow.Data.Storage;

namespace Workflow.Data.Tests.Storage;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_is_created_with_its_folders_and_replaced_whole()
    {
        var path = _folder["a", "b", "file"];
        await AtomicFile.WriteAllBytesAsync(path, "first, and longer"u8.ToArray());
        await AtomicFile.WriteAllBytesAsync(path, "second"u8.ToArray());
        Assert.Equal("second", await File.ReadAllTextAsync(path));
        Assert.Equal([path], Directory.EnumerateFiles(_folder["a", "b"]));
    }

    [Fact]
    public async Task A_writer_that_fails_leaves_the_old_content_and_no_leftover()
    {
        var path = _folder["file"];
        await AtomicFile.WriteAllBytesAsync(path, "old"u8.ToArray());
        await Assert.ThrowsAsync<InvalidOperationException>(() => AtomicFile.WriteAsync(path, async (stream, token) =>
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes("half of the new"), token);
            throw new InvalidOperationException("on purpose");
        }));
        Assert.Equal("old", await File.ReadAllTextAsync(path));
        Assert.Equal([path], Directory.EnumerateFiles(_folder.Path));
    }

    [Fact]
    public async Task Cancelling_before_the_rename_leaves_the_old_content()
    {
        var path = _folder["file"];
        using var source = new CancellationTokenSource();
        await AtomicFile.WriteAllBytesAsync(path, "old"u8.ToArray(), CancellationToken.None);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AtomicFile.WriteAsync(path, async (stream, _) =>
        {
            stream.WriteByte(1);
            await source.CancelAsync();
        }, source.Token));
        Assert.Equal("old", await File.ReadAllTextAsync(path, CancellationToken.None));
    }

    [Fact]
    public async Task Of_many_writers_one_wins_whole()
    {
        var path = _folder["file"];
        await Parallel.ForAsync(0, 40, async (i, token) => await AtomicFile.WriteAllBytesAsync(path, Enumerable.Repeat((byte)i, 10_000).ToArray(), token));
        var bytes = await File.ReadAllBytesAsync(path);
        Assert.Equal(10_000, bytes.Length);
        Assert.Single(bytes.Distinct());
    }
}
