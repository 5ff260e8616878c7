using System.IO.Hashing;

namespace Workflow.Features.Online;

/// <summary>Numbers encoded keys in the order of their first appearance: a hash table over one store of bytes, so that a million keys are a few arrays. Not thread-safe.</summary>
internal sealed class OnlineKeyTable
{
    /// <summary>The number of a key that was never added.</summary>
    public const int Unknown = -1;

    private const int ChunkBytes = 1 << 18;

    // Differs from process to process, so that nobody can choose keys that collide.
    private static readonly long Seed = "keys".GetHashCode(StringComparison.Ordinal);

    private readonly List<byte[]> _chunks = [];
    private int _free;
    private (int Chunk, int Start, int Length)[] _places = new (int, int, int)[16];
    private uint[] _hashes = new uint[16];

    // Numbers plus one by hash, open addressing; 0 is empty.
    private int[] _buckets = new int[32];

    /// <summary>Gets the number of distinct keys so far.</summary>
    public int Count { get; private set; }

    /// <summary>Gives a key's bytes.</summary>
    public ReadOnlySpan<byte> this[int number] => _chunks[_places[number].Chunk].AsSpan(_places[number].Start, _places[number].Length);

    public int Find(ReadOnlySpan<byte> key)
    {
        var bucket = Bucket(key, (uint)XxHash3.HashToUInt64(key, Seed));
        return _buckets[bucket] - 1;
    }

    public int FindOrAdd(ReadOnlySpan<byte> key)
    {
        var hash = (uint)XxHash3.HashToUInt64(key, Seed);
        var bucket = Bucket(key, hash);
        if (_buckets[bucket] > 0)
        {
            return _buckets[bucket] - 1;
        }

        if (Count == _places.Length)
        {
            Grow();
            bucket = Bucket(key, hash);
        }

        _places[Count] = Store(key);
        _hashes[Count] = hash;
        _buckets[bucket] = ++Count;
        return Count - 1;
    }

    private int Bucket(ReadOnlySpan<byte> key, uint hash)
    {
        var mask = (uint)_buckets.Length - 1;
        for (var bucket = hash & mask; ; bucket = (bucket + 1) & mask)
        {
            var number = _buckets[bucket] - 1;
            if (number < 0 || (_hashes[number] == hash && this[number].SequenceEqual(key)))
            {
                return (int)bucket;
            }
        }
    }

    private (int Chunk, int Start, int Length) Store(ReadOnlySpan<byte> key)
    {
        if (_chunks.Count == 0 || _chunks[^1].Length - _free < key.Length)
        {
            _chunks.Add(GC.AllocateUninitializedArray<byte>(Math.Max(_chunks.Count == 0 ? 1 << 12 : ChunkBytes, key.Length)));
            _free = 0;
        }

        key.CopyTo(_chunks[^1].AsSpan(_free));
        _free += key.Length;
        return (_chunks.Count - 1, _free - key.Length, key.Length);
    }

    private void Grow()
    {
        var length = checked(Count * 2);
        Array.Resize(ref _places, length);
        Array.Resize(ref _hashes, length);
        _buckets = new int[2 * length];
        var mask = (uint)_buckets.Length - 1;
        for (var number = 0; number < Count; number++)
        {
            var bucket = _hashes[number] & mask;
            while (_buckets[bucket] > 0)
            {
                bucket = (bucket + 1) & mask;
            }

            _buckets[bucket] = number + 1;
        }
    }
}
