using System.Globalization;
using Apache.Arrow;
using Workflow.Data.Storage;
using Workflow.Data.Tables;
using Workflow.Features.Online;
using Workflow.Features.Views;

namespace Workflow.Features.Consistency;

/// <summary>Keeps served vectors in a folder, as Arrow files of many rows, so that <see cref="ServingVerifier"/> can compute them again.</summary>
/// <remarks>
/// A file appears whole or not at all; rows since the last file are lost if the process dies. Files lie in one subfolder a definition, since another
/// definition has other columns. One log writes to a folder at a time. Safe for concurrent use.
/// </remarks>
public sealed class ServingLog : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly FeatureService _service;
    private readonly string _folder;
    private readonly FileLock _writer;
    private readonly int _rowsPerFile;
    private readonly List<RecordBatch> _rows = [];
    private int _count;
    private int _files;

    private ServingLog(FeatureService service, string folder, FileLock writer, int rowsPerFile)
    {
        (_service, _folder, _writer, _rowsPerFile) = (service, folder, writer, rowsPerFile);
        _files = Directory.EnumerateFiles(folder, "*.arrow").Select(static f => int.TryParse(Path.GetFileNameWithoutExtension(f), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0).DefaultIfEmpty().Max();
    }

    /// <summary>Opens the log of a service.</summary>
    /// <param name="folder">Made where it is missing. May hold logs of other services.</param>
    /// <param name="service">Its vectors are kept.</param>
    /// <param name="rowsPerFile">How many rows are held in memory before a file is written, from 1. Fewer lose less, more make larger files.</param>
    /// <param name="cancellationToken">Observed while another process holds the log.</param>
    /// <exception cref="TimeoutException">Another log writes to this folder; says which process.</exception>
    public static async Task<ServingLog> OpenAsync(string folder, FeatureService service, int rowsPerFile = TableSource.DefaultBatchRows, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(service);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsPerFile, 1);
        var own = FolderOf(folder, service.Name, service.Digest);
        Directory.CreateDirectory(own);
        var writer = await FileLock.AcquireAsync(Path.Combine(own, "writer.lock"), TimeSpan.FromSeconds(5), null, cancellationToken).ConfigureAwait(false);
        return new ServingLog(service, own, writer, rowsPerFile);
    }

    /// <summary>Keeps an answer, with the moments of its reads in the column <see cref="ServedVectors.ReadAt"/>.</summary>
    /// <param name="answer">Of this service. Borrowed; its memory is held until its file is written.</param>
    /// <param name="cancellationToken">Observed before the rows are taken; then they are kept.</param>
    /// <exception cref="ArgumentException">Another service or definition answered.</exception>
    /// <exception cref="IOException">The file could not be written; its rows are kept for the next attempt.</exception>
    public async Task AppendAsync(OnlineAnswer answer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (answer.ServiceDigest != _service.Digest)
        {
            throw new ArgumentException($"Expected an answer of service '{_service.Name}' with the digest {_service.Digest}, got one of '{answer.Service.Name}' with {answer.ServiceDigest}: each definition has a log of its own.", nameof(answer));
        }

        var rows = ServedVectors.Of(answer);
        try
        {
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            rows.Dispose();
            throw;
        }

        try
        {
            _rows.Add(rows);
            _count += rows.Length;
            if (_count >= _rowsPerFile)
            {
                await WriteAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Writes the rows so far to a file.</summary>
    /// <param name="cancellationToken">Observed before writing.</param>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await WriteAsync().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Writes the rows so far and lets the log go.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await FlushAsync().ConfigureAwait(false);
        }
        finally
        {
            _rows.ForEach(static b => b.Dispose());
            _rows.Clear();
            _writer.Dispose();
            _turn.Dispose();
        }
    }

    /// <summary>Opens what was kept, one table a definition of a service, by the folders' names.</summary>
    /// <param name="folder">The folder of the log.</param>
    /// <param name="service">The name of a service.</param>
    /// <param name="cancellationToken">Observed between files.</param>
    /// <returns>Tables of the files that are there now; none where nothing was kept.</returns>
    /// <exception cref="CorruptTableException">A file is damaged.</exception>
    public static async Task<IReadOnlyList<TableSource>> ReadAsync(string folder, string service, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentException.ThrowIfNullOrEmpty(service);
        var of = Path.Combine(folder, service);
        var tables = new List<TableSource>();
        foreach (var definition in Directory.Exists(of) ? Directory.GetDirectories(of).Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
        {
            var files = new List<TableSource>();
            foreach (var file in Directory.EnumerateFiles(definition, "*.arrow").Order(StringComparer.Ordinal))
            {
                files.Add(await ArrowIpcTable.OpenAsync(file, null, cancellationToken).ConfigureAwait(false));
            }

            if (files.Count > 0)
            {
                tables.Add(new ServedFiles(definition, [.. files]));
            }
        }

        return tables;
    }

    private static string FolderOf(string folder, string service, ContentDigest digest) => Path.Combine(folder, service, digest.Hex[..16]);

    private async Task WriteAsync()
    {
        if (_count == 0)
        {
            return;
        }

        // The batches stay this log's until the file is there.
        var shared = _rows.Select(static b => b.SliceShared(0, b.Length)).ToList();
        using (var table = new BatchTable(_rows[0].Schema, shared))
        {
            await ArrowIpcTable.WriteAsync(Path.Combine(_folder, $"{(_files + 1).ToString("D8", CultureInfo.InvariantCulture)}.arrow"), table, CancellationToken.None).ConfigureAwait(false);
        }

        _files++;
        _rows.ForEach(static b => b.Dispose());
        _rows.Clear();
        _count = 0;
    }
}
