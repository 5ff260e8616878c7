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
        var indexes = new PackIndex[pieces.Count];
        await Parallel.ForAsync(0, pieces.Count, parallel, async (i, token) =>
            indexes[i] = await packs.GetIndexAsync(RecordOf(catalog, pieces[i].Pack), catalog.Keys, token).ConfigureAwait(false)).ConfigureAwait(false);
        Locate(contents, pieces, indexes);

        var left = contents.Select(static c => c.Runs.Length).ToArray();
        for (var i = 0; i < left.Length; i++)
        {
            if (left[i] == 0)
            {
                target.Complete(i);
                progress.AddFile();
            }
        }

        var sink = new Sink(target, left, progress);
        await Parallel.ForAsync(0, pieces.Count, parallel, async (i, token) =>
            await FetchAsync(catalog, indexes[i], pieces[i].Pieces, sink, token).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static PackRecord RecordOf(ChunkCatalog catalog, ContentDigest id) => catalog.TryFindPack(id, out var pack)
        ? pack
        : throw ChunkStoreException.Corrupt(ManifestFormat.NameOf(catalog.Generation), $"a content needs the pack {id.Hex}, which it does not list");

    private static List<(ContentDigest Pack, List<Piece> Pieces)> PlanPieces(IReadOnlyList<ContentRecord> contents)
    {
        var byPack = new Dictionary<ContentDigest, List<Piece>>();
        for (var i = 0; i < contents.Count; i++)
        {
            foreach (var run in contents[i].Runs)
            {
                if (!byPack.TryGetValue(run.Pack, out var pieces))
                {
                    byPack.Add(run.Pack, pieces = []);
                }

                pieces.Add(new Piece(i, run.First, run.Count));
            }
        }

        return [.. byPack.Select(static p => (p.Key, p.Value))];
    }

    /// <summary>Gives every piece its offset within its content, now that the lengths of the chunks are known.</summary>
    private static void Locate(IReadOnlyList<ContentRecord> contents, List<(ContentDigest Pack, List<Piece> Pieces)> pieces, PackIndex[] indexes)
    {
        var byId = indexes.ToDictionary(static i => i.Pack);
        var next = pieces.ToDictionary(static p => p.Pack, static p => (p.Pieces, Next: 0));
        for (var i = 0; i < contents.Count; i++)
        {
            long offset = 0;
            foreach (var run in contents[i].Runs)
            {
                var index = byId[run.Pack];
                var (list, position) = next[run.Pack];
                list[position].Offset = offset;
                next[run.Pack] = (list, position + 1);
                offset += ChunkRuns.RawLength(index, run);
            }

            ChunkRuns.RequireLength(contents[i], offset);
        }
    }

    private async Task FetchAsync(ChunkCatalog catalog, PackIndex index, List<Piece> pieces, Sink sink, CancellationToken cancellationToken)
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
            await FetchRangeAsync(range, decoder, sink, cancellationToken).ConfigureAwait(false);
            begin = end;
        }
    }

    private async Task FetchRangeAsync(FetchRange range, ChunkDecoder decoder, Sink sink, CancellationToken cancellationToken)
    {
        var index = range.Index;
        var offset = index.OffsetOf(range.First);
        var stream = await packs.OpenAsync(index.Record, offset, index.OffsetOf(range.End) - offset, cancellationToken).ConfigureAwait(false);
        var reader = new PackRangeReader(packs, index.Record, stream);
        await using (reader.ConfigureAwait(false))
        {
            var waiting = 0;
            var active = new List<Piece>();
            for (var chunk = range.First; chunk < range.End; chunk++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                while (waiting < range.Pieces.Count && range.Pieces[waiting].First == chunk)
                {
                    active.Add(range.Pieces[waiting++]);
                }

                if (active.Count == 0)
                {
                    var next = range.Pieces[waiting].First;
                    await reader.SkipAsync(index.OffsetOf(next) - index.OffsetOf(chunk), cancellationToken).ConfigureAwait(false);
                    chunk = next - 1;
                    continue;
                }

                var stored = await reader.ReadAsync(index[chunk].StoredLength, cancellationToken).ConfigureAwait(false);
                sink.Write(active, chunk, decoder.Decode(chunk, stored).Span);
                active.RemoveAll(p => p.First + p.Count == chunk + 1);
            }
        }
    }

    private sealed record FetchRange(PackIndex Index, int First, int End, List<Piece> Pieces);

    private sealed class Piece(int item, int first, int count)
    {
        public int Item => item;

        public int First => first;

        public int Count => count;

        /// <summary>Gets or sets where in the content the next chunk of this piece belongs.</summary>
        public long Offset { get; set; }
    }

    private sealed class Sink(IChunkTarget target, int[] piecesLeft, ProgressMeter progress)
    {
        public void Write(List<Piece> pieces, int chunk, ReadOnlySpan<byte> bytes)
        {
            foreach (var piece in pieces)
            {
                target.Write(piece.Item, piece.Offset, bytes);
                piece.Offset += bytes.Length;
                progress.AddBytes(bytes.Length);
                if (chunk + 1 == piece.First + piece.Count && Interlocked.Decrement(ref piecesLeft[piece.Item]) == 0)
                {
                    target.Complete(piece.Item);
                    progress.AddFile();
                }
            }
        }
    }
}
