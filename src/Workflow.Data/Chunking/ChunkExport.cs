using System.Collections.Concurrent;
using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>Copies contents to a plain store, blob by blob under their names, as a remote of DVC holds them.</summary>
internal sealed class ChunkExport(PackStore packs, ChunkStoreOptions options)
{
    private const long BatchBytes = 64 << 20;
    private const int BatchContents = 4096;

    /// <summary>Gets who looks at each content before it is written; says what is wrong with it, and then it is left out. Null: nobody.</summary>
    public Func<string, Stream, CancellationToken, Task<string?>>? VerifyAsync { get; init; }

    /// <summary>Gets the names that were left out, and why: by <see cref="VerifyAsync"/>, or because the store cannot give them.</summary>
    public ConcurrentDictionary<string, string> Problems { get; } = new(StringComparer.Ordinal);

    /// <returns>How many were written.</returns>
    public async Task<long> RunAsync(ChunkCatalog catalog, string prefix, IBlobStore target, ProgressMeter progress, CancellationToken cancellationToken)
    {
        var there = new Dictionary<string, long>(StringComparer.Ordinal);
        await foreach (var blob in target.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            there[blob.Name] = blob.Length;
        }

        // A .dir object says that its files are there: those go last, as DVC sends them. By pack otherwise, so that each pack is read about once.
        var all = catalog.Contents.Where(c => c.Key.StartsWith(prefix, StringComparison.Ordinal) && there.GetValueOrDefault(c.Key, -1) != c.Value.Length)
            .OrderBy(IsDirectory)
            .ThenBy(static c => c.Value.Runs.Length == 0 ? UInt128.Zero : c.Value.Runs[0].Pack.Leading)
            .ThenBy(static c => c.Value.Runs.Length == 0 ? 0 : c.Value.Runs[0].First)
            .ToArray();
        progress.Expect(all.Length);
        for (var begin = 0; begin < all.Length;)
        {
            var end = begin + 1;
            for (var bytes = all[begin].Value.Length; end < all.Length && end - begin < BatchContents && IsDirectory(all[end]) == IsDirectory(all[begin]); end++)
            {
                bytes += all[end].Value.Length;
                if (bytes > BatchBytes)
                {
                    break;
                }
            }

            await CopyAsync(catalog, all[begin..end], target, progress, cancellationToken).ConfigureAwait(false);
            if (target is LocalBlobStore local && (end == all.Length || IsDirectory(all[end]) != IsDirectory(all[begin])))
            {
                await Task.Run(local.Flush, cancellationToken).ConfigureAwait(false);
            }

            begin = end;
        }

        return all.Length - Problems.Count;
    }

    private static bool IsDirectory(KeyValuePair<string, ContentRecord> content) => content.Key.EndsWith(".dir", StringComparison.Ordinal);

    private async Task CopyAsync(ChunkCatalog catalog, KeyValuePair<string, ContentRecord>[] batch, IBlobStore target, ProgressMeter progress, CancellationToken cancellationToken)
    {
        if (batch is [var only] && only.Value.Length > BatchBytes)
        {
            await CopyLargeAsync(catalog, only, target, progress, cancellationToken).ConfigureAwait(false);
            return;
        }

        var contents = batch.Select(static c => c.Value).ToArray();
        var memory = new MemoryTarget(contents) { Failed = VerifyAsync is null ? null : (item, problem) => Problems[batch[item].Key] = problem.Message };
        await new ChunkDownload(packs, options).RunAsync(catalog, contents, memory, progress, cancellationToken).ConfigureAwait(false);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxParallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, batch.Length, parallel, async (i, token) =>
        {
            if (!Problems.ContainsKey(batch[i].Key))
            {
                using var content = new MemoryStream(memory[i], writable: false);
                await PutAsync(batch[i].Key, content, target, token).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
    }

    private async Task CopyLargeAsync(ChunkCatalog catalog, KeyValuePair<string, ContentRecord> large, IBlobStore target, ProgressMeter progress, CancellationToken cancellationToken)
    {
        try
        {
            var content = await ChunkContentStream.OpenAsync(packs, catalog, large.Value, (0, large.Value.Length), cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                await PutAsync(large.Key, content, target, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ChunkStoreException e) when (VerifyAsync is not null && e.Problem is ChunkProblem.Corrupt or ChunkProblem.Missing)
        {
            Problems[large.Key] = e.Message;
        }

        progress.AddBytes(large.Value.Length);
        progress.AddFile();
    }

    private async Task PutAsync(string name, Stream content, IBlobStore target, CancellationToken cancellationToken)
    {
        if (VerifyAsync is { } verify)
        {
            if (await verify(name, content, cancellationToken).ConfigureAwait(false) is { } problem)
            {
                Problems[name] = problem;
                return;
            }

            content.Position = 0;
        }

        // What is there has another length, or came meanwhile from somebody who exports the same.
        _ = target is LocalBlobStore local
            ? await local.PutUnflushedAsync(name, content, cancellationToken).ConfigureAwait(false)
            : await target.PutAsync(name, content, PutCondition.None, cancellationToken).ConfigureAwait(false);
    }
}
