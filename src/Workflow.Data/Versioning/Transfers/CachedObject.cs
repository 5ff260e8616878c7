using System.Security.Cryptography;
using Workflow.Data.Chunking;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>An object of the cache, hashed while it is read: at its end a damaged one is refused. Not thread-safe.</summary>
internal sealed class CachedObject : SequentialFile
{
    // A large one is hashed on another thread meanwhile: MD5 takes longer than all the rest.
    private const int SmallBytes = 4 << 20;
    private readonly ObjectId _id;
    private readonly string _path;
    private readonly IncrementalHash? _hash;
    private readonly Task<Md5Hash>? _hashing;
    private readonly CancellationTokenSource? _cancellation;
    private bool _isChecked;

    private CachedObject(ObjectId id, string path, CancellationToken cancellationToken)
        : base(path)
    {
        (_id, _path) = (id, path);
        if (Length <= SmallBytes)
        {
            _hash = FileHasher.CreateHash();
            return;
        }

        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var token = _cancellation.Token;
        _hashing = Task.Run(() => FileHasher.HashFile(path, token), token);
    }

    /// <exception cref="ChunkSourceException">It cannot be read.</exception>
    public static Stream Open(RepositoryContext context, ObjectId id, CancellationToken cancellationToken)
    {
        try
        {
            return new CachedObject(id, context.Cache.PathOf(id.Name, id.IsLegacy), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ChunkSourceException($"The object {id.Name} of the cache cannot be read: {e.Message}", e);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await base.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read > 0)
            {
                _hash?.AppendData(buffer.Span[..read]);
                return read;
            }

            // A reader may ask again at the end.
            if (_isChecked)
            {
                return 0;
            }

            var actual = _hashing is null ? FileHasher.Finish(_hash!) : await _hashing.ConfigureAwait(false);
            ObjectUpload.Check(_id, actual, () => FileHasher.HashLegacyFile(_path, cancellationToken));
            _isChecked = true;
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DvcException)
        {
            throw new ChunkSourceException(e is DvcException ? e.Message : $"The object {_id.Name} of the cache cannot be read: {e.Message}", e);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (_hashing is not null)
        {
            await _cancellation!.CancelAsync().ConfigureAwait(false);
            await ((Task)_hashing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _cancellation.Dispose();
        }

        _hash?.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
