using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>Copies contents to a plain store, blob by blob under their names, as a remote of DVC holds them.</summary>
internal sealed class ChunkExport(PackStore packs, ChunkStoreOptions options)
{
    private const long BatchBytes = 64 << 20;
    private const int BatchContents = 4096;

    public async Task<long> RunAsync(ChunkCatalog catalog, string prefix, IBlobStore target, ProgressMeter progress, CancellationToken cancellationToken)
    {
        var there = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var blob in target.ListAsync(prefix, cancellationToken).ConfigureAwait(false))
        {
            there.Add(blob.Name);
        }

        // A .dir object says that its files are there: those go last, as DVC sends them. By pack otherwise, so that each pack is read about once.
        var all = catalog.Contents.Where(c => c.Key.StartsWith(prefix, StringComparison.Ordinal) && !there.Contains(c.Key))
            .OrderBy(static c => c.Key.EndsWith(".dir", StringComparison.Ordinal))
            .ThenBy(static c => c.Value.Runs.Length == 0 ? "" : c.Value.Runs[0].Pack.Hex, StringComparer.Ordinal)
            .ThenBy(static c => c.Value.Runs.Length == 0 ? 0 : c.Value.Runs[0].First)
            .ToArray();
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
            begin = end;
        }

        return all.Length;
    }

    private static bool IsDirectory(KeyValuePair<string, ContentRecord> content) => content.Key.EndsWith(".dir", StringComparison.Ordinal);

    private async Task CopyAsync(ChunkCatalog catalog, KeyValuePair<string, ContentRecord>[] batch, IBlobStore target, ProgressMeter progress, CancellationToken cancellationToken)
    {
        if (batch is [var only] && only.Value.Length > BatchBytes)
        {
            var content = await ChunkContentStream.OpenAsync(packs, catalog, only.Value, (0, only.Value.Length), cancellationToken).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                await target.PutAsync(only.Key, content, PutCondition.IfAbsent, cancellationToken).ConfigureAwait(false);
            }

            progress.AddBytes(only.Value.Length);
            progress.AddFile();
            return;
        }

        var contents = batch.Select(static c => c.Value).ToArray();
        var memory = new MemoryTarget(contents);
        await new ChunkDownload(packs, options).RunAsync(catalog, contents, memory, progress, cancellationToken).ConfigureAwait(false);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxParallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, batch.Length, parallel, async (i, token) =>
        {
            using var content = new MemoryStream(memory[i], writable: false);
            await target.PutAsync(batch[i].Key, content, PutCondition.IfAbsent, token).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }
}
