using System.Text;
using Workflow.Data.Storage;
using Xunit;

namespace Workflow.Testing.Storage;

/// <summary>What every <see cref="IBlobStore"/> has to do. Derive a public test class from it.</summary>
public abstract class BlobStoreConformance
{
    private static readonly string[] OddNames =
    [
        "a b", "a+b", "a%20b", "a%b", "#hash", "q?x=1&y", "é", "e\u0301", "данные/ж", "😀/x", "a'b\"c", "~tilde", "(p)[q]{r}", "$HOME", "a;b,c", "a=b@c", "!", "-dash", "..x", "a..b", ".hidden/.x", "<x>",
    ];

    private static readonly string[] NoNames =
    [
        "", "/a", "a/", "a//b", ".", "..", "a/../b", "a/.", "a\\b", "a\nb", "a\0b", "\u007F", "\uD800", new('x', BlobName.MaximumBytes + 1), new('é', (BlobName.MaximumBytes / 2) + 1),
    ];

    /// <summary>Gives the store under test; the same blobs each time, empty at the start of a test.</summary>
    protected abstract IBlobStore Store { get; }

    /// <summary>Gets a length that makes the store write in several parts, if it does so.</summary>
    protected virtual int LargeLength => 3_000_001;

    /// <summary>Gets a number of blobs that makes the store list in several pages, if it does so.</summary>
    protected virtual int ManyBlobs => 300;

    /// <summary>A store gives back what was put, of any length.</summary>
    [Fact]
    public async Task Any_content_comes_back()
    {
        foreach (var length in new[] { 0, 1, 1000, 131_072, LargeLength })
        {
            var content = Content(length);
            Assert.True(await Store.PutAsync($"c/{length}", new MemoryStream(content)));
            Assert.Equal(content, await ReadAsync($"c/{length}"));
            var info = await Store.FindAsync($"c/{length}");
            Assert.Equal(($"c/{length}", (long)length), (info?.Name, info?.Length ?? -1));
        }
    }

    /// <summary>Content is what lies from the stream's position on, and the stream stays open.</summary>
    [Fact]
    public async Task A_stream_is_read_from_its_position_and_left_open()
    {
        foreach (var length in new[] { 100, LargeLength })
        {
            using var stream = new MemoryStream(Content(length));
            stream.Position = 40;
            await Store.PutAsync("x", stream);
            Assert.True(stream.CanRead);
            Assert.Equal(Content(length)[40..], await ReadAsync("x"));
        }
    }

    /// <summary>A file is content as good as memory.</summary>
    [Fact]
    public async Task A_file_can_be_put()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, Content(LargeLength));
            await using var stream = File.OpenRead(path);
            await Store.PutAsync("x", stream);
            Assert.Equal(Content(LargeLength), await ReadAsync("x"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Any part of a blob can be read by itself.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, null)]
    [InlineData(999, 1)]
    [InlineData(100, 300)]
    [InlineData(100, null)]
    [InlineData(1000, null)]
    [InlineData(1000, 0)]
    [InlineData(5, 0)]
    [InlineData(0, 1000)]
    public async Task A_part_can_be_read(int offset, int? length)
    {
        await Store.PutAsync("x", new MemoryStream(Content(1000)));
        var expected = Content(1000).AsSpan(offset, length ?? (1000 - offset)).ToArray();
        Assert.Equal(expected, await ReadAsync("x", offset, length));
    }

    /// <summary>The empty blob can be read, too.</summary>
    [Fact]
    public async Task An_empty_blob_is_read_in_whole_and_in_parts()
    {
        await Store.PutAsync("x", new MemoryStream());
        Assert.Empty(await ReadAsync("x"));
        Assert.Empty(await ReadAsync("x", 0, 0));
    }

    /// <summary>Nobody gets fewer bytes than were asked for.</summary>
    [Theory]
    [InlineData(0, 1001)]
    [InlineData(999, 2)]
    [InlineData(1001, null)]
    [InlineData(1001, 0)]
    public async Task More_than_there_is_is_an_error(int offset, int? length)
    {
        await Store.PutAsync("x", new MemoryStream(Content(1000)));
        await Assert.ThrowsAnyAsync<IOException>(() => ReadAsync("x", offset, length));
    }

    /// <summary>A blob that is not there is reported as such.</summary>
    [Fact]
    public async Task A_missing_blob_is_named()
    {
        Assert.Null(await Store.FindAsync("a/none"));
        var exception = await Assert.ThrowsAsync<BlobNotFoundException>(() => ReadAsync("a/none"));
        Assert.Equal(("a/none", Store.Location), (exception.Name, exception.Location));
        await Assert.ThrowsAsync<BlobNotFoundException>(() => ReadAsync("a/none", 3, 0));
        Assert.NotEmpty(Store.Location);
        Assert.Empty(await ListAsync(""));
        Assert.Empty(await ListAsync("a/"));
    }

    /// <summary>Without a condition the last writer wins.</summary>
    [Fact]
    public async Task A_put_replaces()
    {
        await Store.PutAsync("x", new MemoryStream(Content(1000)));
        Assert.True(await Store.PutAsync("x", new MemoryStream(Content(10))));
        Assert.Equal(Content(10), await ReadAsync("x"));
        Assert.Single(await ListAsync(""));
    }

    /// <summary>A put on condition writes the first time and never again.</summary>
    [Fact]
    public async Task A_put_if_absent_writes_once()
    {
        foreach (var length in new[] { 10, LargeLength })
        {
            var name = $"once/{length}";
            Assert.True(await Store.PutAsync(name, new MemoryStream(Content(length)), PutCondition.IfAbsent));
            Assert.False(await Store.PutAsync(name, new MemoryStream(Content(length + 1)), PutCondition.IfAbsent));
            Assert.False(await Store.PutAsync(name, new MemoryStream(Content(length)), PutCondition.IfAbsent));
            Assert.Equal(Content(length), await ReadAsync(name));
            await Store.DeleteAsync([name]);
            Assert.True(await Store.PutAsync(name, new MemoryStream(Content(5)), PutCondition.IfAbsent));
        }
    }

    /// <summary>Of many writers on condition exactly one wins, and it is that one's content which stays.</summary>
    [Fact]
    public async Task Of_many_puts_if_absent_exactly_one_wins()
    {
        for (var round = 0; round < 5; round++)
        {
            var name = $"race/{round}";
            var won = await Task.WhenAll(Enumerable.Range(1, 12).Select(i => Task.Run(() => Store.PutAsync(name, new MemoryStream(Content(i)), PutCondition.IfAbsent))));
            var winner = Assert.Single(Enumerable.Range(1, 12), i => won[i - 1]);
            Assert.Equal(Content(winner), await ReadAsync(name));
        }
    }

    /// <summary>Names may hold whatever the rule allows.</summary>
    [Fact]
    public async Task Odd_names_are_kept_as_they_are()
    {
        for (var i = 0; i < OddNames.Length; i++)
        {
            await Store.PutAsync(OddNames[i], new MemoryStream(Content(i)));
        }

        for (var i = 0; i < OddNames.Length; i++)
        {
            Assert.Equal(Content(i), await ReadAsync(OddNames[i]));
            Assert.Equal(OddNames[i], (await Store.FindAsync(OddNames[i]))?.Name);
            Assert.Equal([OddNames[i]], (await ListAsync(OddNames[i])).Where(n => n.Length == OddNames[i].Length));
        }

        Assert.Equal(InOrder(OddNames), await ListAsync(""));
        await Store.DeleteAsync(OddNames);
        Assert.Empty(await ListAsync(""));
    }

    /// <summary>What is no name is refused before anything happens.</summary>
    [Fact]
    public async Task What_is_no_name_is_refused()
    {
        await Store.PutAsync("a", new MemoryStream([1]));
        foreach (var name in NoNames)
        {
            await Assert.ThrowsAsync<ArgumentException>("name", () => Store.FindAsync(name));
            await Assert.ThrowsAsync<ArgumentException>("name", () => ReadAsync(name));
            await Assert.ThrowsAsync<ArgumentException>("name", () => Store.PutAsync(name, new MemoryStream([1])));
            await Assert.ThrowsAsync<ArgumentException>("name", () => Store.DeleteAsync(["a", name]));
        }

        foreach (var prefix in new[] { "/", "a//", "../", "a/../", "a\\", "a\n" })
        {
            await Assert.ThrowsAsync<ArgumentException>("prefix", () => ListAsync(prefix));
        }

        Assert.Equal(["a"], await ListAsync(""));
    }

    /// <summary>A listing is complete, in the order of UTF-8 bytes, and its prefix may end anywhere.</summary>
    [Fact]
    public async Task A_listing_is_in_order_and_by_prefix()
    {
        string[] names = ["a", "a!", "a-b/c", "a.d/x", "ab/c", "ab/cd", "ab/d/e", "abc", "b", "Z", "a0"];
        foreach (var name in names)
        {
            await Store.PutAsync(name, new MemoryStream(Content(name.Length)));
        }

        // Where other letters than those of ASCII come is the store's choice.
        string[] others = ["\uFF5E", "\u00E9", "😀"];
        foreach (var name in others)
        {
            await Store.PutAsync(name, new MemoryStream(Content(name.Length)));
        }

        var all = await ListAsync("");
        Assert.Equal(InOrder(names), all.Except(others));
        Assert.Equal(InOrder([.. names, .. others]), InOrder(all));
        Assert.Equal(["😀"], await ListAsync("😀"));
        foreach (var prefix in new[] { "a", "ab", "ab/", "ab/c", "ab/d", "ab/d/e", "abc", "a-", "b", "c", "ab/x" })
        {
            Assert.Equal(InOrder(names.Where(n => n.StartsWith(prefix, StringComparison.Ordinal))), await ListAsync(prefix));
        }

        await foreach (var info in Store.ListAsync("ab/"))
        {
            Assert.Equal(info.Name.Length, info.Length);
            Assert.InRange(info.LastModified, DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.MaxValue);
        }
    }

    /// <summary>A listing of several pages loses nothing, and so does a deletion of them all.</summary>
    [Fact]
    public async Task Many_blobs_are_listed_and_deleted()
    {
        var names = Enumerable.Range(0, ManyBlobs).Select(i => $"m/{i % 16:x}/{i}").ToList();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (name, token) => await Store.PutAsync(name, new MemoryStream([1]), cancellationToken: token));
        await Store.PutAsync("other", new MemoryStream([1]));
        Assert.Equal(InOrder(names), await ListAsync("m/"));
        await Store.DeleteAsync([.. names, "m/none"]);
        Assert.Equal(["other"], await ListAsync(""));
    }

    /// <summary>Deleting nothing, or what is not there, is no error.</summary>
    [Fact]
    public async Task Deleting_what_is_not_there_is_no_error()
    {
        await Store.DeleteAsync([]);
        await Store.DeleteAsync(["none", "a/none"]);
        await Store.PutAsync("a", new MemoryStream([1]));
        await Store.DeleteAsync(["a", "a"]);
        Assert.Null(await Store.FindAsync("a"));
    }

    /// <summary>A source that fails leaves what was there before.</summary>
    [Fact]
    public async Task A_source_that_fails_writes_nothing()
    {
        foreach (var length in new[] { 200_000, LargeLength })
        {
            await Store.PutAsync("old", new MemoryStream(Content(3)));
            await Assert.ThrowsAnyAsync<IOException>(() => Store.PutAsync("old", new FailingContent(Content(length))));
            await Assert.ThrowsAnyAsync<IOException>(() => Store.PutAsync("new", new FailingContent(Content(length)), PutCondition.IfAbsent));
            Assert.Equal(Content(3), await ReadAsync("old"));
            Assert.Equal(["old"], await ListAsync(""));
        }
    }

    /// <summary>A cancelled call leaves what was there before.</summary>
    [Fact]
    public async Task A_cancelled_put_writes_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutAsync("x", new MemoryStream(Content(100)), cancellationToken: cancelled.Token));
        Assert.Empty(await ListAsync(""));
    }

    /// <summary>Readers see whole blobs while writers replace them.</summary>
    [Fact]
    public async Task Writers_and_readers_at_once_see_whole_blobs()
    {
        await Store.PutAsync("x", new MemoryStream(Content(1000)));
        await Parallel.ForAsync(0, 48, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, token) =>
        {
            if (i % 3 == 0)
            {
                await Store.PutAsync("x", new MemoryStream(Content(1000 + i)), cancellationToken: token);
            }
            else
            {
                var content = await ReadAsync("x");
                Assert.Equal(Content(content.Length), content);
            }
        });
    }

    private static byte[] Content(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)((i * 31) + length))];

    private static string[] InOrder(IEnumerable<string> names) => [.. names.OrderBy(Encoding.UTF8.GetBytes, Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b)))];

    private async Task<byte[]> ReadAsync(string name, long offset = 0, long? length = null)
    {
        await using var stream = await Store.OpenReadAsync(name, offset, length);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    private async Task<List<string>> ListAsync(string prefix)
    {
        var names = new List<string>();
        await foreach (var info in Store.ListAsync(prefix))
        {
            names.Add(info.Name);
        }

        return names;
    }

    // Fails in its second half, however often it is rewound.
    private sealed class FailingContent(byte[] content) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => content.Length;

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var length = (int)Math.Min(count, (Length / 2) - Position);
            if (length <= 0)
            {
                throw new IOException("The source was made to fail.");
            }

            content.AsSpan((int)Position, length).CopyTo(buffer.AsSpan(offset));
            Position += length;
            return length;
        }

        public override long Seek(long offset, SeekOrigin origin) =>
            Position = offset + (origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => Length });

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
