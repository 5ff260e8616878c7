using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>Fetches many contents pack by pack, so that the number of requests follows the packs and not the contents.</summary>
internal sealed class ChunkDownload(PackStore packs, ChunkStoreOptions options)
{
    // Reading over a gap is cheaper than another request.
    private const long GapBytes = 1 << 20;

    public async Task RunAsync(ChunkCatalog catalog, IReadOnlyList<ContentRecord> contents, IChunkTarget target, ProgressMeter progress, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxParallelism, CancellationToken = cancellationToken };
        var pieces = PlanPieces(contents);
        var sink = new DownloadSink(contents, target, progress);
        var indexes = new PackIndex?[pieces.Count];
        await Parallel.ForAsync(0, pieces.Count, parallel, async (i, token) =>
        {
            try
            {
                indexes[i] = await packs.GetIndexAsync(RecordOf(catalog, pieces[i].Pack), catalog.Keys, token).ConfigureAwait(false);
            }
            catch (ChunkStoreException e) when (sink.TryFail(pieces[i].Pieces, e))
            {
                // The contents of other packs come.
                indexes[i] = null;
            }
        }).ConfigureAwait(false);
        Locate(contents, pieces, indexes, sink);
        sink.CompleteEmpty();
        await Parallel.ForAsync(0, pieces.Count, parallel, async (i, token) =>
        {
            if (indexes[i] is { } index)
            {
                await FetchAsync(catalog, index, pieces[i].Pieces, sink, token).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
    }

    private static PackRecord RecordOf(ChunkCatalog catalog, ContentDigest id) => catalog.TryFindPack(id, out var pack)
        ? pack
        : throw ChunkStoreException.Corrupt(ManifestFormat.NameOf(catalog.Generation), $"a content needs the pack {id.Hex}, which it does not list");

    private static List<(ContentDigest Pack, List<DownloadPiece> Pieces)> PlanPieces(IReadOnlyList<ContentRecord> contents)
    {
        var byPack = new Dictionary<ContentDigest, List<DownloadPiece>>();
        for (var i = 0; i < contents.Count; i++)
        {
            foreach (var run in contents[i].Runs)
            {
                if (!byPack.TryGetValue(run.Pack, out var pieces))
                {
                    byPack.Add(run.Pack, pieces = []);
                }

                pieces.Add(new DownloadPiece(i, run.First, run.Count));
            }
        }

        return [.. byPack.Select(static p => (p.Key, p.Value))];
    }

    /// <summary>Gives every piece its offset within its content, now that the lengths of the chunks are known.</summary>
    private static void Locate(IReadOnlyList<ContentRecord> contents, List<(ContentDigest Pack, List<DownloadPiece> Pieces)> pieces, PackIndex?[] indexes, DownloadSink sink)
    {
        var next = new Dictionary<ContentDigest, (List<DownloadPiece> Pieces, PackIndex? Index, int Next)>(pieces.Count);
        for (var i = 0; i < pieces.Count; i++)
        {
            next.Add(pieces[i].Pack, (pieces[i].Pieces, indexes[i], 0));
        }

        for (var i = 0; i < contents.Count; i++)
        {
            try
            {
                long offset = 0;
                foreach (var run in contents[i].Runs)
                {
                    var (list, index, position) = next[run.Pack];
                    list[position].Offset = offset;
                    next[run.Pack] = (list, index, position + 1);
                    offset += sink.HasFailed(i) ? 0 : ChunkRuns.RawLength(index!, run);
                }

                if (!sink.HasFailed(i))
                {
                    ChunkRuns.RequireLength(contents[i], offset);
                }
            }
            catch (ChunkStoreException e) when (sink.TryFail(i, e))
            {
                // Its pieces are taken out below.
                _ = e;
            }
        }

        pieces.ForEach(pack => pack.Pieces.RemoveAll(p => sink.HasFailed(p.Item)));
    }

    private async Task FetchAsync(ChunkCatalog catalog, PackIndex index, List<DownloadPiece> pieces, DownloadSink sink, CancellationToken cancellationToken)
    {
        pieces.Sort(static (a, b) => a.First.CompareTo(b.First));
        using var decoder = new ChunkDecoder(index, catalog.Keys, packs.Compression);
        for (var begin = 0; begin < pieces.Count;)
        {
            var end = begin + 1;
            var last = pieces[begin].First + pieces[begin].Count;
            while (end < pieces.Count && index.OffsetOf(pieces[end].First) - index.OffsetOf(last) <= GapBytes)
            {
                last = Math.Max(last, pieces[end].First + pieces[end].Count);
                end++;
            }

            var range = new FetchRange(index, pieces[begin].First, last, pieces.GetRange(begin, end - begin));
            try
            {
                await FetchRangeAsync(range, decoder, sink, cancellationToken).ConfigureAwait(false);
            }
            catch (ChunkStoreException e) when (sink.TryFail(range.Pieces.Where(static p => !p.IsDone), e))
            {
                // What lies in other ranges comes.
                _ = e;
            }

            begin = end;
        }
    }

    private async Task FetchRangeAsync(FetchRange range, ChunkDecoder decoder, DownloadSink sink, CancellationToken cancellationToken)
    {
        var index = range.Index;
        var offset = index.OffsetOf(range.First);
        var stream = await packs.OpenAsync(index.Record, offset, index.OffsetOf(range.End) - offset, cancellationToken).ConfigureAwait(false);
        var reader = new PackRangeReader(packs, index.Record, stream);
        await using (reader.ConfigureAwait(false))
        {
            var waiting = 0;
            var active = new List<DownloadPiece>();
            for (var chunk = range.First; chunk < range.End; chunk++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                while (waiting < range.Pieces.Count && range.Pieces[waiting].First == chunk)
                {
                    active.Add(range.Pieces[waiting++]);
                }

                if (active.Count == 0)
                {
                    if (waiting == range.Pieces.Count)
                    {
                        return;
                    }

                    var next = range.Pieces[waiting].First;
                    await reader.SkipAsync(index.OffsetOf(next) - index.OffsetOf(chunk), cancellationToken).ConfigureAwait(false);
                    chunk = next - 1;
                    continue;
                }

                var stored = await reader.ReadAsync(index[chunk].StoredLength, cancellationToken).ConfigureAwait(false);
                try
                {
                    sink.Write(active, decoder.Decode(chunk, stored).Span);
                }
                catch (ChunkStoreException e) when (sink.TryFail(active, e))
                {
                    // One chunk is damaged: what does not need it comes.
                    active.Clear();
                }

                active.RemoveAll(static p => p.IsDone);
            }
        }
    }

    private sealed record FetchRange(PackIndex Index, int First, int End, List<DownloadPiece> Pieces);
}
