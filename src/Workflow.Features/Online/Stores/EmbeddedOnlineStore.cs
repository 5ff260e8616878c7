using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Options;

namespace Workflow.Features.Online.Stores;

/// <summary>The online store of one process: rows in memory, and a snapshot and a journal on disk.</summary>
/// <remarks>
/// <para>What <see cref="WriteAsync"/> reported is on the disk and survives the death of the process. The files are opened at the first call.</para>
/// <para>Safe for concurrent use: reads never wait for the disk, writes run one at a time. One process at a time owns a folder.</para>
/// </remarks>
public sealed class EmbeddedOnlineStore : IOnlineStore
{
    private const int RecordBytes = 4 << 20;
    private readonly EmbeddedOnlineStoreOptions _options;
    private readonly ConcurrentDictionary<string, EmbeddedTable> _tables = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private StoreJournal? _journal;
    private volatile bool _isOpen;
    private bool _isDisposed;

    /// <summary>Prepares a store; nothing is opened yet.</summary>
    /// <param name="options">Where rows are kept; null for memory only.</param>
    /// <exception cref="OptionsValidationException">Options are wrong; every one is listed.</exception>
    public EmbeddedOnlineStore(EmbeddedOnlineStoreOptions? options = null)
    {
        _options = options ?? new EmbeddedOnlineStoreOptions();
        if (new EmbeddedOnlineStoreOptionsValidator().Validate(null, _options) is { Failed: true, Failures: { } failures })
        {
            throw new OptionsValidationException(nameof(EmbeddedOnlineStoreOptions), typeof(EmbeddedOnlineStoreOptions), failures);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<OnlineTableState?> FindAsync(OnlineTable table, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        return _tables.TryGetValue(table.Name, out var found) ? found.State : null;
    }

    /// <inheritdoc/>
    public async ValueTask SaveAsync(OnlineTable table, OnlineTableState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(state);
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _journal?.Append(StoreRecord.WriteState(table.Name, state));
            Set(table.Name, state);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<OnlineWriteResult> WriteAsync(OnlineRows rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var known = _tables.GetValueOrDefault(rows.Table.Name);
            OnlineDefinition.Require(rows.Table, known?.State, rows.Values.Schema);
            var result = Write(known!, rows);
            if (_journal is { } journal && journal.Length > Math.Max(_options.SnapshotAfterBytes, journal.SnapshotLength))
            {
                await journal.RotateAsync(Snapshot(), cancellationToken).ConfigureAwait(false);
            }

            return result;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<OnlineRowSet>> ReadAsync(OnlineQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        cancellationToken.ThrowIfCancellationRequested();
        return _isOpen ? ValueTask.FromResult(Read(query)) : OpenAndReadAsync();

        async ValueTask<ImmutableArray<OnlineRowSet>> OpenAndReadAsync()
        {
            await OpenAsync(cancellationToken).ConfigureAwait(false);
            return Read(query);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            _isDisposed = true;
            _isOpen = false;
            _journal?.Dispose();
            _journal = null;
        }
        finally
        {
            _writing.Release();
        }
    }

    private async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        if (_isOpen)
        {
            return;
        }

        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (!_isOpen)
            {
                _tables.Clear();
                _journal = _options.Folder is { } folder ? await StoreJournal.OpenAsync(folder, _options.LockTimeout, Apply, cancellationToken).ConfigureAwait(false) : null;
                _isOpen = true;
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private OnlineWriteResult Write(EmbeddedTable table, OnlineRows rows)
    {
        var keys = new KeyWriter(rows.Table.View.Entity, rows.Keys);
        var scratch = new ArrayBufferWriter<byte>(1024);
        var accepted = new Dictionary<int, byte[]>();
        var events = rows.Times.EventMicroseconds.Span;
        var available = rows.Times.AvailableMicroseconds.Span;
        var written = 0L;
        for (var row = 0; row < rows.Count; row++)
        {
            keys.TryWrite(row, out var key);
            var number = table.Number(key);
            if (EmbeddedTable.Wins(events[row], available[row], accepted.TryGetValue(number, out var newer) ? newer : table.Row(number)))
            {
                accepted[number] = table.Layout.Encode(rows.Values, row, events[row], available[row], scratch);
                written++;
            }
        }

        GC.KeepAlive(rows);
        Append(table, accepted);
        foreach (var (number, row) in accepted)
        {
            table.Put(number, row);
        }

        return new OnlineWriteResult(written, rows.Count - written);
    }

    private void Append(EmbeddedTable table, Dictionary<int, byte[]> rows)
    {
        if (_journal is not null)
        {
            foreach (var record in Records(table, rows.Select(static r => (r.Key, r.Value))))
            {
                _journal.Append(record);
            }
        }
    }

    private static IEnumerable<byte[]> Records(EmbeddedTable table, IEnumerable<(int Number, byte[] Row)> rows)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        foreach (var (number, row) in rows)
        {
            if (stream.Length == 0)
            {
                StoreRecord.BeginRows(writer, table.Name);
            }

            StoreRecord.WriteRow(writer, table.Key(number), row);
            if (stream.Length > RecordBytes)
            {
                yield return stream.ToArray();
                stream.SetLength(0);
            }
        }

        if (stream.Length > 0)
        {
            yield return stream.ToArray();
        }
    }

    private IEnumerable<byte[]> Snapshot()
    {
        foreach (var table in _tables.Values)
        {
            yield return StoreRecord.WriteState(table.Name, table.State);
            var rows = Enumerable.Range(0, table.KeyCount).Select(n => (n, table.Row(n))).Where(static r => r.Item2 is not null);
            foreach (var record in Records(table, rows.Select(static r => (r.n, r.Item2!))))
            {
                yield return record;
            }
        }
    }

    private void Apply(byte[] record)
    {
        using var reader = new BinaryReader(new MemoryStream(record), Encoding.UTF8);
        switch (reader.ReadByte())
        {
            case StoreRecord.Beginning when reader.ReadByte() is not StoreRecord.Version and var version:
                throw new OnlineStoreException(OnlineStoreFault.Corrupt, $"'{_options.Folder}' was written in form {version}, and this package reads form {StoreRecord.Version}. Use a newer package.");
            case StoreRecord.State:
                Set(reader.ReadString(), StoreRecord.ReadState(reader));
                break;
            case StoreRecord.Rows:
                var name = reader.ReadString();
                var table = _tables.GetValueOrDefault(name) ?? throw Damaged($"rows of the table '{name}' come before its state");
                while (reader.BaseStream.Position < reader.BaseStream.Length)
                {
                    var number = table.Number(StoreRecord.ReadBytes(reader));
                    var row = StoreRecord.ReadBytes(reader);
                    table.Put(number, row.Length == 0 ? EmbeddedTable.OtherDefinition : table.Layout.Fits(row) ? row : throw Damaged($"a row of the table '{name}' has {row.Length} bytes that do not fit its columns"));
                }

                break;
        }
    }

    private OnlineStoreException Damaged(string what) => new(OnlineStoreFault.Corrupt, $"'{_options.Folder}' is damaged: {what}. Restore the folder from a copy, or remove it and materialise again.");

    private void Set(string name, OnlineTableState state)
    {
        if (_tables.TryGetValue(name, out var known))
        {
            known.Set(state);
        }
        else
        {
            _tables[name] = new EmbeddedTable(name, state);
        }
    }

    private ImmutableArray<OnlineRowSet> Read(OnlineQuery query)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var sets = ImmutableArray.CreateBuilder<OnlineRowSet>(query.Plan.Tables.Length);
        foreach (var wanted in query.Plan.Tables)
        {
            sets.Add(EmbeddedRead.Of(wanted, _tables.GetValueOrDefault(wanted.Table.Name), query));
        }

        GC.KeepAlive(query);
        return sets.MoveToImmutable();
    }
}
