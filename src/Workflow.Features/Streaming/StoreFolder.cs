using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Workflow.Data.Storage;

namespace Workflow.Features.Streaming;

/// <summary>
/// A folder with a snapshot and the journals since. Snapshot n holds what every journal before n holds; it counts from its rename on. A death between
/// any two steps leaves the old snapshot with all journals since, or the new one. Not thread-safe.
/// </summary>
internal sealed class StoreFolder : IDisposable
{
    private static readonly byte[] Magic = "WKFSNP01"u8.ToArray();
    private readonly string _folder;
    private readonly string _digest;
    private readonly FileLock _lock;
    private Journal? _journal;
    private long _number;

    private StoreFolder(string folder, string digest, FileLock held) => (_folder, _digest, _lock) = (folder, digest, held);

    /// <summary>Gets or sets what is told after each change of a file, for tests that die there.</summary>
    public Action<string>? Step { get; set; }

    /// <summary>Gets the journal that grows.</summary>
    public Journal Journal => _journal!;

    /// <summary>Opens a folder, which stays locked until this is disposed.</summary>
    /// <exception cref="TimeoutException">Another process uses it.</exception>
    /// <exception cref="StoredDefinitionException">Another definition wrote it.</exception>
    public static async Task<StoreFolder> OpenAsync(OnlineStorageOptions options, string digest, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(options.Folder);
        var held = await FileLock.AcquireAsync(Path.Combine(folder, "lock"), TimeSpan.Zero, null, cancellationToken).ConfigureAwait(false);
        try
        {
            var store = new StoreFolder(folder, digest, held);
            store.CheckDefinition(options.IfDefinitionDiffers);
            return store;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Reads everything back and goes on where it ended.</summary>
    public async Task RecoverAsync(Action<BinaryReader> snapshot, Action<ReadOnlyMemory<byte>> frame, CancellationToken cancellationToken)
    {
        foreach (var unfinished in Directory.GetFiles(_folder, "*" + AtomicFile.TemporarySuffix))
        {
            File.Delete(unfinished);
        }

        _number = Numbers("snapshot").DefaultIfEmpty(0).Max();
        if (_number > 0)
        {
            ReadSnapshot(PathOf("snapshot", _number), snapshot);
        }

        long[] journals = [.. Numbers("journal").Where(n => n >= _number).Order()];
        if (journals.Length > 0 && !journals.SequenceEqual(Enumerable.Range(0, journals.Length).Select(i => _number + i)))
        {
            throw new InvalidDataException($"Store '{_folder}' has the journals {string.Join(", ", journals)} after snapshot {_number}: one is missing, and with it what was acknowledged. Restore the file, or empty the folder and replay the streams.");
        }

        if (journals.Length == 0 && _number > 0)
        {
            throw new InvalidDataException($"Store '{_folder}' has snapshot {_number} without its journal. Restore the file, or empty the folder and replay the streams.");
        }

        foreach (var number in journals)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _journal?.Dispose();
            _journal = Journal.Open(PathOf("journal", number), isLast: number == journals[^1], frame);
            _number = number;
        }

        _journal ??= await Journal.CreateAsync(PathOf("journal", 0), _digest, cancellationToken).ConfigureAwait(false);
        DeleteBefore(Numbers("snapshot").DefaultIfEmpty(0).Max());
    }

    /// <summary>Appends a frame and flushes it if asked to.</summary>
    public void Append(ReadOnlyMemory<byte> content, bool flush)
    {
        _journal!.Append(content);
        Step?.Invoke("appended");
        if (flush)
        {
            _journal.Flush();
            Step?.Invoke("flushed");
        }
    }

    /// <summary>Begins a new journal and puts a snapshot in the place of what was before.</summary>
    public async Task SnapshotAsync(Action<BinaryWriter> write, CancellationToken cancellationToken)
    {
        _journal!.Flush();
        var next = _number + 1;
        var journal = await Journal.CreateAsync(PathOf("journal", next), _digest, cancellationToken).ConfigureAwait(false);
        _journal.Dispose();
        (_journal, _number) = (journal, next);
        Step?.Invoke("journal begun");
        await AtomicFile.WriteAsync(
            PathOf("snapshot", next),
            (stream, _) =>
            {
                Write(stream, write);
                Step?.Invoke("snapshot written");
                return Task.CompletedTask;
            },
            cancellationToken).ConfigureAwait(false);
        Step?.Invoke("snapshot named");
        DeleteBefore(next);
    }

    public void Dispose()
    {
        _journal?.Dispose();
        _lock.Dispose();
    }

    private void Write(Stream stream, Action<BinaryWriter> write)
    {
        using var hashing = new HashingStream(stream);
        using (var writer = new BinaryWriter(new BufferedStream(hashing, 1 << 16), Encoding.UTF8))
        {
            writer.Write(Magic);
            writer.Write(_digest);
            write(writer);
        }

        stream.Write(BitConverter.GetBytes(hashing.Hash));
    }

    private void ReadSnapshot(string path, Action<BinaryReader> read)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        Verify(file, path);
        file.Position = 0;
        using var reader = new BinaryReader(file, Encoding.UTF8, leaveOpen: true);
        reader.ReadBytes(Magic.Length);
        reader.ReadString();
        read(reader);
    }

    // Before anything of it is believed.
    private static void Verify(FileStream file, string path)
    {
        var hash = new XxHash3();
        var bytes = new byte[1 << 16];
        for (var left = file.Length - sizeof(ulong); left > 0;)
        {
            var read = file.Read(bytes, 0, (int)Math.Min(left, bytes.Length));
            hash.Append(bytes.AsSpan(0, read));
            left -= read;
        }

        if (file.Length < Magic.Length + sizeof(ulong) || file.ReadAtLeast(bytes.AsSpan(0, sizeof(ulong)), sizeof(ulong), throwOnEndOfStream: false) < sizeof(ulong) || BitConverter.ToUInt64(bytes) != hash.GetCurrentHashAsUInt64())
        {
            throw new InvalidDataException($"Snapshot '{path}' is damaged: its checksum does not fit its {file.Length} bytes. Restore the file, or empty the folder and replay the streams.");
        }
    }

    private void CheckDefinition(OtherDefinition rule)
    {
        var actual = Numbers("journal").Select(n => DigestOf(PathOf("journal", n))).FirstOrDefault(d => d != _digest);
        if (actual is null)
        {
            return;
        }

        if (rule == OtherDefinition.Refuse)
        {
            throw new StoredDefinitionException(_folder, _digest, actual);
        }

        // Journals last: while one is there, the folder is known to be of the other definition.
        foreach (var file in Directory.GetFiles(_folder, "snapshot-*").Concat(Directory.GetFiles(_folder, "journal-*")))
        {
            File.Delete(file);
        }
    }

    private static string DigestOf(string path)
    {
        Journal.HeaderOf(path, out var digest);
        return digest;
    }

    private void DeleteBefore(long number)
    {
        foreach (var (kind, old) in new[] { "journal", "snapshot" }.SelectMany(kind => Numbers(kind).Where(n => n < number).Order().Select(n => (kind, n))).ToList())
        {
            File.Delete(PathOf(kind, old));
            Step?.Invoke("deleted");
        }
    }

    private string PathOf(string kind, long number) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{kind}-{number:D8}.bin"));

    private IEnumerable<long> Numbers(string kind) => Directory.GetFiles(_folder, kind + "-*.bin")
        .Select(path => long.TryParse(Path.GetFileNameWithoutExtension(path).AsSpan(kind.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1)
        .Where(static n => n >= 0);
}
