using CsCheck;
using Workflow.Data.Storage;
using Xunit;

namespace Workflow.Testing.Storage;

/// <summary>What every <see cref="IObjectStore"/> has to do. Derive a public test class from it.</summary>
public abstract class ObjectStoreConformance
{
    /// <summary>Gives the store under test; the same objects each time, empty at the start of a test.</summary>
    protected abstract IObjectStore Store { get; }

    /// <summary>Changes stored bytes of an object behind the store's back, as bit rot would.</summary>
    /// <param name="digest">An object that is there and not empty.</param>
    protected abstract Task CorruptAsync(ContentDigest digest);

    /// <summary>A store's answer to content is its SHA-256, and it gives the content back.</summary>
    [Fact]
    public async Task Any_content_comes_back_under_its_sha256()
    {
        foreach (var length in new[] { 0, 1, 1000, 131_071, 131_072, 131_073, 1_000_000 })
        {
            var content = Content(length);
            var digest = await Store.PutAsync(new FaultyStream(content, pieceLength: 10_007));
            Assert.Equal(ContentDigest.Of(content), digest);
            Assert.True(await Store.ExistsAsync(digest));
            Assert.Equal(content, await ReadAsync(digest));
        }
    }

    /// <summary>The property form of the above, over small contents.</summary>
    [Fact]
    public async Task Any_small_content_comes_back() =>
        await Gen.Byte.Array[0, 200].SampleAsync(async content => Assert.Equal(content, await ReadAsync(await Store.PutAsync(new FaultyStream(content)))), iter: 30);

    /// <summary>Content is what lies from the stream's position on, and the stream stays open.</summary>
    [Fact]
    public async Task A_stream_is_read_from_its_position_and_left_open()
    {
        using var stream = new MemoryStream(Content(100));
        stream.Position = 40;
        Assert.Equal(ContentDigest.Of(Content(100).AsSpan(40)), await Store.PutAsync(stream));
        Assert.True(stream.CanRead);
    }

    /// <summary>A store that can let go of objects keeps those that were stored lately, and takes removed ones again.</summary>
    [Fact]
    public async Task A_store_that_can_lets_go_of_old_objects_only()
    {
        if (Store is not IPurgeableObjectStore store)
        {
            return;
        }

        var digest = await store.PutAsync(new MemoryStream(Content(1000)));
        var now = TimeProvider.System.GetUtcNow();
        Assert.False(await store.DeleteAsync(digest, now.AddHours(-1)));
        Assert.Equal(Content(1000), await ReadAsync(digest));
        Assert.True(await store.DeleteAsync(digest, now.AddHours(1)));
        Assert.False(await store.ExistsAsync(digest));
        Assert.False(await store.DeleteAsync(digest, now.AddHours(1)));
        Assert.Equal(digest, await store.PutAsync(new MemoryStream(Content(1000))));
        Assert.Equal(Content(1000), await ReadAsync(digest));
    }

    /// <summary>Storing the same content again changes nothing.</summary>
    [Fact]
    public async Task The_same_content_is_one_object()
    {
        var first = await Store.PutAsync(new FaultyStream(Content(100)));
        Assert.Equal(first, await Store.PutAsync(new FaultyStream(Content(100))));
        var other = await Store.PutAsync(new FaultyStream(Content(101)));
        Assert.Equal(Sorted([first, other]), Sorted(await ListAsync()));
    }

    /// <summary>An object that is not there is reported as such.</summary>
    [Fact]
    public async Task A_missing_object_is_named()
    {
        var missing = ContentDigest.Of(Content(3));
        Assert.False(await Store.ExistsAsync(missing));
        Assert.Empty(await ListAsync());
        var exception = await Assert.ThrowsAsync<ObjectNotFoundException>(() => Store.OpenReadAsync(missing));
        Assert.Equal(missing, exception.Digest);
        Assert.Contains(missing.ToString(), exception.Message, StringComparison.Ordinal);
        Assert.NotEmpty(exception.Place);
    }

    /// <summary>A source that fails leaves no object, whole or half.</summary>
    [Fact]
    public async Task A_source_that_fails_stores_nothing()
    {
        var content = Content(200_000);
        await Assert.ThrowsAsync<IOException>(() => Store.PutAsync(new FaultyStream(content, failAt: 150_000, pieceLength: 50_000)));
        Assert.Empty(await ListAsync());
        Assert.False(await Store.ExistsAsync(ContentDigest.Of(content)));
        Assert.False(await Store.ExistsAsync(ContentDigest.Of(content.AsSpan(0, 150_000))));
    }

    /// <summary>A cancelled call leaves no object.</summary>
    [Fact]
    public async Task A_cancelled_put_stores_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutAsync(new FaultyStream(Content(100)), cancelled.Token));
        Assert.Empty(await ListAsync());
    }

    /// <summary>Nobody gets bytes to the end that are not the object's.</summary>
    [Fact]
    public async Task A_corrupt_object_is_never_read_to_its_end()
    {
        foreach (var length in new[] { 1, 300_000 })
        {
            var digest = await Store.PutAsync(new FaultyStream(Content(length), pieceLength: 10_000));
            await CorruptAsync(digest);
            var exception = await Assert.ThrowsAsync<CorruptArtifactException>(() => ReadAsync(digest));
            Assert.Equal(digest, exception.Expected);
            Assert.NotEqual(digest, exception.Actual);
            Assert.NotEmpty(exception.Place);
        }
    }

    /// <summary>The audit finds all corrupt objects, and no other.</summary>
    [Fact]
    public async Task The_audit_lists_every_corrupt_object_and_no_other()
    {
        var corrupt = new List<ContentDigest>();
        for (var i = 1; i <= 9; i++)
        {
            var digest = await Store.PutAsync(new FaultyStream(Content(i)));
            if (i % 3 == 0)
            {
                await CorruptAsync(digest);
                corrupt.Add(digest);
            }
        }

        var report = await ObjectStoreAudit.VerifyAsync(Store);
        Assert.False(report.IsIntact);
        Assert.Equal(9, report.Objects);
        Assert.Equal(1 + 2 + 4 + 5 + 7 + 8, report.Bytes);
        Assert.Equal(Sorted(corrupt), report.Faults.Select(f => f.Digest));
    }

    /// <summary>Storing the right content again is the repair.</summary>
    [Fact]
    public async Task Storing_the_content_again_repairs_a_corrupt_object()
    {
        var digest = await Store.PutAsync(new FaultyStream(Content(500)));
        await CorruptAsync(digest);
        await Store.PutAsync(new FaultyStream(Content(500)));
        Assert.Equal(Content(500), await ReadAsync(digest));
        Assert.True((await ObjectStoreAudit.VerifyAsync(Store)).IsIntact);
    }

    /// <summary>Many writers and readers of the same and of different contents do not disturb each other.</summary>
    [Fact]
    public async Task Writers_and_readers_at_once_see_whole_objects()
    {
        await Parallel.ForAsync(0, 64, async (i, token) =>
        {
            var content = Content(1000 + (i % 8));
            var digest = await Store.PutAsync(new FaultyStream(content, pieceLength: 100), token);
            Assert.Equal(content, await ReadAsync(digest));
        });
        Assert.Equal(8, (await ListAsync()).Count);
    }

    private static byte[] Content(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)((i * 31) + length))];

    private static List<ContentDigest> Sorted(IEnumerable<ContentDigest> digests) => [.. digests.OrderBy(d => d.Hex, StringComparer.Ordinal)];

    private async Task<byte[]> ReadAsync(ContentDigest digest)
    {
        await using var stream = await Store.OpenReadAsync(digest);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    private async Task<List<ContentDigest>> ListAsync()
    {
        var digests = new List<ContentDigest>();
        await foreach (var digest in Store.ListAsync())
        {
            digests.Add(digest);
        }

        return digests;
    }
}
