using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Workflow.Data.Storage;

namespace Workflow.Features.Online.Stores;

/// <summary>The files of one embedded store: the last snapshot and the journal since. Not thread-safe.</summary>
/// <remarks>
/// <c>snapshot-N</c> appears whole or not at all, and holds everything before <c>journal-N</c>. A record of the journal is on the disk
/// when <see cref="Append"/> returns. What was cut off at the journal's end is removed when it is opened.
/// </remarks>
internal sealed class StoreJournal : IDisposable
{
    private readonly string _folder;
    private readonly FileLock _lock;
    private SafeFileHandle _journal;
    private long _generation;
    private long _sequence;
    private bool _isBroken;

    private StoreJournal(string folder, FileLock held, SafeFileHandle journal) => (_folder, _lock, _journal) = (folder, held, journal);

    /// <summary>Gets the bytes of the journal.</summary>
    public long Length { get; private set; }

    /// <summary>Gets the bytes of the snapshot.</summary>
    public long SnapshotLength { get; private set; }

    /// <summary>Opens the files and gives every record to a reader.</summary>
    public static async Task<StoreJournal> OpenAsync(string folder, TimeSpan lockTimeout, Action<byte[]> read, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var held = await FileLock.AcquireAsync(Path.Combine(folder, "store.lock"), lockTimeout, null, cancellationToken).ConfigureAwait(false);
        try
        {
            var generations = Directory.EnumerateFiles(folder, "snapshot-*").Select(static f => Generation(f, "snapshot-")).Where(static g => g >= 0).ToList();
            var generation = generations.Count == 0 ? 0 : generations.Max();
            var snapshot = PathOf(folder, "snapshot", generation);
            var snapshotLength = 0L;
            if (generations.Count > 0)
            {
                var ended = false;
                snapshotLength = new StoreFile(snapshot).Read(
                    payload =>
                    {
                        read(payload);
                        ended = payload is [StoreRecord.End];
                    },
                    mayBeTorn: false).Length;
                if (!ended)
                {
                    throw new OnlineStoreException(OnlineStoreFault.Corrupt, $"'{snapshot}' has no end: it was cut off after it was written. Restore the folder of the online store from a copy, or remove it and materialise again.");
                }
            }

            var path = PathOf(folder, "journal", generation);
            var (sequence, length) = File.Exists(path) ? new StoreFile(path).Read(read, mayBeTorn: true) : (0, 0);
            if (!File.Exists(path))
            {
                await AtomicFile.WriteAllBytesAsync(path, default, cancellationToken).ConfigureAwait(false);
            }

            var journal = new StoreJournal(folder, held, File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read))
            {
                _generation = generation,
                _sequence = sequence,
                Length = length,
                SnapshotLength = snapshotLength,
            };
            if (RandomAccess.GetLength(journal._journal) > length)
            {
                RandomAccess.SetLength(journal._journal, length);
                RandomAccess.FlushToDisk(journal._journal);
            }

            if (sequence == 0)
            {
                journal.Append(StoreRecord.WriteBeginning());
            }

            journal.RemoveOthers();
            return journal;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Appends a record and waits until it is on the disk.</summary>
    public void Append(ReadOnlySpan<byte> payload)
    {
        if (_isBroken)
        {
            throw new IOException($"The journal in '{_folder}' could not be written before; open the store again.");
        }

        var frame = StoreFrame.Write(payload, _sequence);
        try
        {
            RandomAccess.Write(_journal, frame, Length);
            RandomAccess.FlushToDisk(_journal);
        }
        catch
        {
            // Half a record must not lie before the next one; where it cannot be removed, nothing more is written.
            _isBroken = true;
            RandomAccess.SetLength(_journal, Length);
            RandomAccess.FlushToDisk(_journal);
            _isBroken = false;
            throw;
        }

        (Length, _sequence) = (Length + frame.Length, _sequence + 1);
    }

    /// <summary>Writes a snapshot and begins a new journal.</summary>
    public async Task RotateAsync(IEnumerable<byte[]> records, CancellationToken cancellationToken)
    {
        var next = _generation + 1;
        var snapshot = PathOf(_folder, "snapshot", next);
        await AtomicFile.WriteAsync(
            snapshot,
            async (stream, token) =>
            {
                var sequence = 0L;
                foreach (var record in records.Prepend(StoreRecord.WriteBeginning()).Append(StoreRecord.WriteEnd()))
                {
                    await stream.WriteAsync(StoreFrame.Write(record, sequence++), token).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);

        // From here on the new snapshot counts, whether or not its journal is there yet.
        _isBroken = true;
        _journal.Dispose();
        await AtomicFile.WriteAllBytesAsync(PathOf(_folder, "journal", next), default, CancellationToken.None).ConfigureAwait(false);
        _journal = File.OpenHandle(PathOf(_folder, "journal", next), FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        (_generation, _sequence, Length, SnapshotLength, _isBroken) = (next, 0, 0, new FileInfo(snapshot).Length, false);
        Append(StoreRecord.WriteBeginning());
        RemoveOthers();
    }

    public void Dispose()
    {
        _journal.Dispose();
        _lock.Dispose();
    }

    private void RemoveOthers()
    {
        foreach (var file in Directory.EnumerateFiles(_folder))
        {
            if ((Generation(file, "snapshot-") is >= 0 and var s && s != _generation) || (Generation(file, "journal-") is >= 0 and var j && j != _generation)
                || file.EndsWith(AtomicFile.TemporarySuffix, StringComparison.Ordinal))
            {
                File.Delete(file);
            }
        }
    }

    private static string PathOf(string folder, string kind, long generation) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{kind}-{generation:d8}"));

    private static long Generation(string path, string prefix) => Path.GetFileName(path) is var name && name.StartsWith(prefix, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var generation) ? generation : -1;
}
