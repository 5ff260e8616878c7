using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>
/// Contents under names, kept in another store as chunks that are stored once: a changed file costs its changed chunks, thousands of small
/// files cost a few large blobs, and a push or pull of nothing costs one to three requests.
/// </summary>
/// <remarks>
/// <para>
/// It is a view: as an <see cref="IBlobStore"/> it holds what a plain store would hold, for example <c>files/md5/ab/cdef…</c> of a DVC remote.
/// Each single <see cref="PutAsync"/> writes a pack and a manifest, so many contents belong into one <see cref="UploadAsync"/>.
/// </para>
/// <para>
/// Every byte that is read is verified against the id of its chunk before it is handed out; damage is a <see cref="ChunkStoreException"/>
/// that names the blob. A process that dies at any point leaves the store readable with everything that was pushed before.
/// </para>
/// <para>Safe for concurrent use, also by several processes and machines. The format is described in FORMAT.md beside this code.</para>
/// </remarks>
public sealed class ChunkStore : IBlobStore, IDisposable
{
    private readonly IBlobStore _blobs;
    private readonly ChunkStoreOptions _options;
    private readonly TimeProvider _clock;
    private readonly ChunkTelemetry _telemetry;
    private readonly ManifestLog _log;
    private readonly PackStore _packs;
    private readonly ChunkUpload _upload;

    /// <summary>Uses a place as chunk store. Asks and writes nothing yet; the first upload makes the store.</summary>
    /// <param name="blobs">Where packs and manifests are kept; used by nothing else. Not disposed.</param>
    /// <param name="options">Settings; defaults when null.</param>
    /// <param name="timeProvider">Dates contents and measures waits; the system's clock when null.</param>
    /// <param name="meterFactory">Makes the meter <c>Workflow.Data</c>; one of its own when null.</param>
    public ChunkStore(IBlobStore blobs, ChunkStoreOptions? options = null, TimeProvider? timeProvider = null, IMeterFactory? meterFactory = null)
    {
        ArgumentNullException.ThrowIfNull(blobs);
        _options = options ?? new ChunkStoreOptions();
        _options.Validate();
        (_blobs, _clock, _telemetry) = (blobs, timeProvider ?? TimeProvider.System, new ChunkTelemetry(meterFactory));
        _log = new ManifestLog(blobs, _options, _clock);
        _packs = new PackStore(blobs, _options);
        _upload = new ChunkUpload(blobs, _log, _packs, _options, _clock);
    }

    /// <inheritdoc/>
    public string Location => $"{_blobs.Location} (chunks)";

    /// <summary>Stores files under names. A name that is there already keeps its content, and its file is not read.</summary>
    /// <param name="files">Any number; all names differ.</param>
    /// <param name="progress">Told of the bytes read.</param>
    /// <param name="cancellationToken">A cancelled upload has stored some of the files, each whole, or none; the next one goes on from there.</param>
    /// <returns>What was done. Everything is durable and visible to others when the task completes.</returns>
    /// <exception cref="ChunkStoreException">The store is damaged, the key is wrong, or other writers were in the way.</exception>
    public async Task<ChunkUploadResult> UploadAsync(IReadOnlyList<ChunkFile> files, IProgress<ChunkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        CheckFiles(files);
        return await StoreAsync([.. files.Select(ChunkSource.Of)], replaces: false, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes contents to files. The files appear, or are replaced, only when every one is whole and verified.</summary>
    /// <param name="files">Any number; all names and paths differ. Missing folders are made.</param>
    /// <param name="isDurable">Whether the files have to survive a power cut from the moment the task completes; false is faster.</param>
    /// <param name="progress">Told of the bytes written.</param>
    /// <param name="cancellationToken">A cancelled download leaves no file behind.</param>
    /// <exception cref="BlobNotFoundException">A name is not there; names the first and says how many there are.</exception>
    /// <exception cref="ChunkStoreException">The store is damaged; no file was written.</exception>
    public async Task DownloadAsync(IReadOnlyList<ChunkFile> files, bool isDurable = true, IProgress<ChunkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        CheckFiles(files);
        if (files.Select(static f => Path.GetFullPath(f.Path)).GroupBy(static p => p, StringComparer.Ordinal).FirstOrDefault(static g => g.Count() > 1) is { Key: var twice })
        {
            throw new ArgumentException($"The path '{twice}' occurs more than once.", nameof(files));
        }

        var catalog = await _log.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var missing = files.Where(f => !catalog.TryFind(f.Name, out _)).ToArray();
        if (missing.Length > 0)
        {
            throw new BlobNotFoundException(missing.Length == 1 ? missing[0].Name : $"{missing[0].Name}' and {missing.Length - 1} more such as '{missing[^1].Name}", Location);
        }

        var contents = files.Select(f => catalog.TryFind(f.Name, out var content) ? content : throw new BlobNotFoundException(f.Name, Location)).ToArray();
        var meter = new ProgressMeter(progress, contents.Length, _clock);
        using var target = new FileTarget([.. files.Select(static f => Path.GetFullPath(f.Path))]);
        await new ChunkDownload(_packs, _options).RunAsync(catalog, contents, target, meter, cancellationToken).ConfigureAwait(false);
        target.Publish(isDurable, cancellationToken);
        meter.Report();
        _telemetry.Download(contents.Length, meter.Bytes);
    }

    /// <summary>Looks for many names at once, with one to three requests for all.</summary>
    /// <param name="names">Any number.</param>
    /// <param name="cancellationToken">Observed between requests.</param>
    /// <returns>Those that are there, in the order asked for.</returns>
    public async Task<IReadOnlyList<ChunkContent>> FindAllAsync(IEnumerable<string> names, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(names);
        var catalog = await _log.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<ChunkContent>();
        foreach (var name in names)
        {
            if (catalog.TryFind(name, out var content))
            {
                found.Add(new ChunkContent(name, content.Id, content.Length, TimeOf(content)));
            }
        }

        return found;
    }

    /// <inheritdoc/>
    public async Task<BlobInfo?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        BlobName.Check(name);
        var catalog = await _log.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return catalog.TryFind(name, out var content) ? new BlobInfo(name, content.Length, TimeOf(content)) : null;
    }

    /// <inheritdoc/>
    /// <returns>A stream that can seek and is read asynchronously; each chunk is verified before a byte of it is given.</returns>
    public async Task<Stream> OpenReadAsync(string name, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        BlobName.Check(name);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0, nameof(length));
        var catalog = await _log.GetAsync(cancellationToken).ConfigureAwait(false);
        if (!catalog.TryFind(name, out var content))
        {
            catalog = await _log.RefreshAsync(cancellationToken).ConfigureAwait(false);
            content = catalog.TryFind(name, out var found) ? found : throw new BlobNotFoundException(name, Location);
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, content.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length ?? 0, content.Length - offset, nameof(length));
        try
        {
            return await ChunkContentStream.OpenAsync(_packs, catalog, content, (offset, length ?? content.Length - offset), cancellationToken).ConfigureAwait(false);
        }
        catch (ChunkStoreException e) when (e.Problem == ChunkProblem.Missing)
        {
            // What was known may be old: the name may have another content by now.
            var newer = await _log.RefreshAsync(cancellationToken).ConfigureAwait(false);
            if (ReferenceEquals(newer, catalog) || !newer.TryFind(name, out var current) || current == content)
            {
                throw;
            }

            return await ChunkContentStream.OpenAsync(_packs, newer, current, (offset, length ?? current.Length - offset), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> PutAsync(string name, Stream content, PutCondition condition = PutCondition.None, CancellationToken cancellationToken = default)
    {
        BlobName.Check(name);
        ArgumentNullException.ThrowIfNull(content);
        var start = content.Position;
        var source = new ChunkSource(name, _ =>
        {
            content.Position = start;
            return ValueTask.FromResult<Stream>(new BorrowedStream(content));
        });
        return (await StoreAsync([source], condition == PutCondition.None, progress: null, cancellationToken).ConfigureAwait(false)).Added == 1;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        var catalog = await _log.RefreshAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (name, content) in catalog.Contents.Where(c => c.Key.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(static c => c.Key, Versioning.Objects.CodePointComparer.Instance))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new BlobInfo(name, content.Length, TimeOf(content));
        }
    }

    /// <summary>Takes names away. Their chunks stay until <see cref="CollectAsync"/> finds that no other name needs them.</summary>
    /// <param name="names">Their names; any number.</param>
    /// <param name="cancellationToken">Observed between requests.</param>
    public async Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(names);
        await _log.RefreshAsync(cancellationToken).ConfigureAwait(false);
        await _log.CommitAsync(
            catalog =>
            {
                var change = new CatalogChange();
                change.RemovedNames.AddRange(names.Where(n => catalog.TryFind(n, out _)));
                return change.RemovedNames.Count == 0 ? null : change;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Copies every content to a plain store, byte for byte under its name: of a DVC view that is a remote of DVC.</summary>
    /// <param name="target">Names that it has already with the same length are left out.</param>
    /// <param name="prefix">Of the names wanted; empty: all.</param>
    /// <param name="progress">Told of the bytes copied.</param>
    /// <param name="cancellationToken">A cancelled export has copied some contents, each whole.</param>
    /// <returns>How many were copied.</returns>
    public async Task<long> ExportAsync(IBlobStore target, string prefix = "", IProgress<ChunkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(prefix);
        return await ExportAsync(new ChunkExport(_packs, _options), target, prefix, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Removes packs that no name needs and manifests that newer ones replace, each after the grace period; several at once do no harm.
    /// Packs of which less than half the chunks are needed are written anew without the rest.
    /// </summary>
    /// <param name="isDryRun">Only tells what would be done.</param>
    /// <param name="cancellationToken">A cancelled collection has removed some of it.</param>
    public Task<ChunkCollection> CollectAsync(bool isDryRun = false, CancellationToken cancellationToken = default) =>
        new ChunkCollector(_blobs, _log, _options, new ChunkRepack(_blobs, _log, _packs, _options, _clock)).RunAsync(isDryRun, cancellationToken);

    /// <summary>Reads the whole store and verifies every byte of the newest manifests and of all packs that they list.</summary>
    /// <param name="cancellationToken">Observed between chunks.</param>
    /// <exception cref="ChunkStoreException">The newest manifest itself cannot be read; names it.</exception>
    public async Task<ChunkVerification> VerifyAsync(CancellationToken cancellationToken = default) => await new ChunkVerifier(_packs, _options)
        .RunAsync(await _log.RefreshAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>Drops damaged packs and the names that need them, so that these can be pushed again.</summary>
    /// <param name="verification">What <see cref="VerifyAsync"/> has found.</param>
    /// <param name="cancellationToken">Observed between requests.</param>
    /// <returns>What was dropped; nothing when the store is intact.</returns>
    public async Task<ChunkRepair> RepairAsync(ChunkVerification verification, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(verification);
        var damaged = verification.Faults.Where(static f => PackRecord.TryParseName(f.Blob, out _))
            .Select(static f => PackRecord.TryParseName(f.Blob, out var id) ? id : default).ToHashSet();
        var misfits = verification.DamagedNames.ToHashSet(StringComparer.Ordinal);
        string[] names = [];
        await _log.RefreshAsync(cancellationToken).ConfigureAwait(false);
        await _log.CommitAsync(
            catalog =>
            {
                var packs = damaged.Where(id => catalog.TryFindAnyPack(id, out _)).ToArray();
                names = [.. catalog.Contents.Where(c => c.Value.Runs.Any(r => damaged.Contains(r.Pack) || !catalog.TryFindPack(r.Pack, out _))
                    || (misfits.Contains(c.Key) && damaged.Count == 0)).Select(static c => c.Key).Order(StringComparer.Ordinal)];
                var change = new CatalogChange();
                change.RemovedNames.AddRange(names);
                change.RemovedPacks.AddRange(packs);
                return names.Length + packs.Length == 0 ? null : change;
            },
            cancellationToken).ConfigureAwait(false);
        var blobs = damaged.Select(PackRecord.NameOf).Order(StringComparer.Ordinal).ToImmutableArray();
        await _blobs.DeleteAsync(blobs, cancellationToken).ConfigureAwait(false);
        return new ChunkRepair([.. names], blobs);
    }

    /// <summary>Exports all, each content looked at before.</summary>
    /// <returns>How many were copied, and what was left out, and why.</returns>
    internal async Task<(long Copied, IReadOnlyDictionary<string, string> Problems)> ExportVerifiedAsync(
        IBlobStore target, Func<string, Stream, CancellationToken, Task<string?>> verify, IProgress<ChunkProgress>? progress, CancellationToken cancellationToken)
    {
        var export = new ChunkExport(_packs, _options) { VerifyAsync = verify };
        return (await ExportAsync(export, target, prefix: "", progress, cancellationToken).ConfigureAwait(false), export.Problems);
    }

    /// <summary>The newest state; the one that is known already is enough unless <paramref name="isFresh"/>.</summary>
    internal Task<ChunkCatalog> ReadCatalogAsync(bool isFresh, CancellationToken cancellationToken) => isFresh ? _log.RefreshAsync(cancellationToken) : _log.GetAsync(cancellationToken);

    /// <summary><see cref="UploadAsync"/> of anything that can be read.</summary>
    internal async Task<ChunkUploadResult> StoreAsync(IReadOnlyList<ChunkSource> sources, bool replaces, IProgress<ChunkProgress>? progress, CancellationToken cancellationToken)
    {
        var result = await _upload.RunAsync(sources, replaces, progress, cancellationToken).ConfigureAwait(false);
        _telemetry.Upload(result);
        return result;
    }

    /// <summary><see cref="DownloadAsync"/> to anywhere, of contents of a state. Gives the target all that can be had.</summary>
    internal async Task RestoreAsync(ChunkCatalog catalog, IReadOnlyList<ContentRecord> contents, IChunkTarget target, CancellationToken cancellationToken)
    {
        var meter = new ProgressMeter(progress: null, contents.Count, _clock);
        await new ChunkDownload(_packs, _options).RunAsync(catalog, contents, target, meter, cancellationToken).ConfigureAwait(false);
        _telemetry.Download(contents.Count, meter.Bytes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _upload.Dispose();
        _log.Dispose();
        _packs.Compression.Dispose();
    }

    private async Task<long> ExportAsync(ChunkExport export, IBlobStore target, string prefix, IProgress<ChunkProgress>? progress, CancellationToken cancellationToken)
    {
        var catalog = await _log.RefreshAsync(cancellationToken).ConfigureAwait(false);
        var meter = new ProgressMeter(progress, totalFiles: 0, _clock);
        var copied = await export.RunAsync(catalog, prefix, target, meter, cancellationToken).ConfigureAwait(false);
        meter.Report();
        _telemetry.Download(copied, meter.Bytes);
        return copied;
    }

    private static void CheckFiles(IReadOnlyList<ChunkFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var names = new HashSet<string>(files.Count, StringComparer.Ordinal);
        foreach (var file in files)
        {
            BlobName.Check(file.Name);
            if (!names.Add(file.Name))
            {
                throw new ArgumentException($"The name '{file.Name}' occurs more than once.", nameof(files));
            }
        }
    }

    private static DateTimeOffset TimeOf(ContentRecord content) => DateTimeOffset.UnixEpoch.AddMicroseconds(content.Modified);
}
