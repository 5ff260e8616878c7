using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Workspace;

namespace Workflow.Data.Versioning.Objects;

/// <summary>Hashes files of the workspace, in parallel across files, and stages those whose object the cache lacks.</summary>
/// <param name="root">The repository's root.</param>
/// <param name="jobs">How many files at once.</param>
/// <param name="timeProvider">For the hash index.</param>
internal sealed class FileIngest(string root, int jobs, TimeProvider timeProvider)
{
    private const int FilesPerTask = 64;

    /// <summary>Gets the hash of every file.</summary>
    /// <param name="files">The files, with the stamps they have now.</param>
    /// <param name="index">Asked first, and told what was found.</param>
    /// <param name="target">Where missing objects go; null: hash only.</param>
    /// <param name="cancellationToken">Observed between files, and between chunks of a large one.</param>
    /// <returns>One hash per file, in the order of <paramref name="files"/>.</returns>
    /// <exception cref="DvcException">A file changed while it was read.</exception>
    public async Task<Md5Hash[]> HashAsync(IReadOnlyList<WorkspaceFile> files, HashIndex index, IngestTarget? target, CancellationToken cancellationToken)
    {
        var hashes = new Md5Hash[files.Count];
        var known = new List<int>();
        var pending = new List<int>();
        for (var i = 0; i < files.Count; i++)
        {
            (index.TryGet(files[i], isLegacy: false, out hashes[i]) ? known : pending).Add(i);
        }

        if (target is not null)
        {
            pending.AddRange(await WithoutObjectAsync(files, hashes, known, target.Cache, cancellationToken).ConfigureAwait(false));
        }

        var readAt = timeProvider.GetUtcNow();
        await RunBlocksAsync(pending, block => IngestBlock(files, CollectionsMarshal.AsSpan(pending)[block], hashes, target, cancellationToken), cancellationToken).ConfigureAwait(false);
        foreach (var i in pending)
        {
            index.Set(files[i], isLegacy: false, hashes[i], readAt);
        }

        return hashes;
    }

    private async Task<IEnumerable<int>> WithoutObjectAsync(IReadOnlyList<WorkspaceFile> files, Md5Hash[] hashes, List<int> known, ObjectCache cache, CancellationToken cancellationToken)
    {
        var lost = new ConcurrentBag<int>();
        await RunAsync(known, i =>
        {
            if (!cache.IsIntact(hashes[i], files[i].Stamp.Size, cancellationToken))
            {
                lost.Add(i);
            }
        }, cancellationToken).ConfigureAwait(false);
        return lost;
    }

    /// <summary>Gets the hash that DVC 2.x gave to every file.</summary>
    public async Task<Md5Hash[]> HashLegacyAsync(IReadOnlyList<WorkspaceFile> files, HashIndex index, CancellationToken cancellationToken)
    {
        var hashes = new Md5Hash[files.Count];
        var pending = Enumerable.Range(0, files.Count).Where(i => !index.TryGet(files[i], isLegacy: true, out hashes[i])).ToList();
        var readAt = timeProvider.GetUtcNow();
        await RunAsync(pending, i => hashes[i] = FileHasher.HashLegacyFile(Path.Combine(root, files[i].Path), cancellationToken), cancellationToken).ConfigureAwait(false);
        foreach (var i in pending)
        {
            index.Set(files[i], isLegacy: true, hashes[i], readAt);
        }

        return hashes;
    }

    private Task RunAsync(List<int> pending, Action<int> work, CancellationToken cancellationToken) =>
        RunBlocksAsync(pending, block =>
        {
            foreach (var i in CollectionsMarshal.AsSpan(pending)[block])
            {
                cancellationToken.ThrowIfCancellationRequested();
                work(i);
            }
        }, cancellationToken);

    private Task RunBlocksAsync(List<int> pending, Action<Range> work, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(0, (pending.Count + FilesPerTask - 1) / FilesPerTask),
        new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken },
        (block, token) =>
        {
            work((block * FilesPerTask)..Math.Min(pending.Count, (block + 1) * FilesPerTask));
            return ValueTask.CompletedTask;
        });

    // Small files go through the hash several at once.
    private void IngestBlock(IReadOnlyList<WorkspaceFile> files, ReadOnlySpan<int> block, Md5Hash[] hashes, IngestTarget? target, CancellationToken cancellationToken)
    {
        using var together = new SmallFiles();
        foreach (var i in block)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = Path.Combine(root, files[i].Path);
            if (files[i].Stamp.Size > SmallFiles.MaximumBytes)
            {
                hashes[i] = IngestLarge(path, files[i].Stamp.Size, target, cancellationToken);
                CheckUnchanged(files[i], PosixFiles.Stamp(path));
                continue;
            }

            CheckUnchanged(files[i], together.Read(i, path, (int)files[i].Stamp.Size));
            if (together.IsFull)
            {
                Finish(together, hashes, target, cancellationToken);
            }
        }

        Finish(together, hashes, target, cancellationToken);
    }

    private static void Finish(SmallFiles together, Md5Hash[] hashes, IngestTarget? target, CancellationToken cancellationToken)
    {
        together.Hash();
        for (var lane = 0; lane < together.Count; lane++)
        {
            var (index, content, md5) = together[lane];
            hashes[index] = md5;
            if (target is not null && !target.Cache.IsIntact(md5, content.Length, cancellationToken))
            {
                target.Staging.Write(md5.ToString(), content.Span);
            }
        }

        together.Clear();
    }

    private static void CheckUnchanged(in WorkspaceFile file, in FileStamp after)
    {
        if (after.Size != file.Stamp.Size || after.Modified != file.Stamp.Modified || after.Inode != file.Stamp.Inode)
        {
            throw Changed(file.Path);
        }
    }

    private static Md5Hash IngestLarge(string path, long size, IngestTarget? target, CancellationToken cancellationToken)
    {
        if (target is null)
        {
            return FileHasher.HashFile(path, cancellationToken);
        }

        // Hash what is staged, not what the workspace may have become: a clone is a snapshot, a copy is hashed as it is written.
        var temporary = target.Staging.NewFile();
        Md5Hash md5;
        using (var source = File.OpenHandle(path))
        using (var copy = ObjectStaging.Create(temporary))
        {
            md5 = target.UsesClones && PosixFiles.TryClone(source, copy)
                ? FileHasher.HashHandle(copy, copyTo: null, cancellationToken)
                : FileHasher.HashHandle(source, copy, cancellationToken);
        }

        if (target.Cache.IsIntact(md5, size, cancellationToken) || !target.Staging.TryAdd(md5.ToString(), temporary, size))
        {
            File.Delete(temporary);
        }

        return md5;
    }

    private static DvcException Changed(string path) => new($"'{path}' changed while it was read. Run the command again when nothing writes there.");
}
