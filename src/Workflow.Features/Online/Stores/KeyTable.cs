using System.Buffers.Binary;

namespace Workflow.Features.Online.Stores;

/// <summary>Numbers byte keys in the order of their first appearance: a hash table without an object a key. Not thread-safe while keys are added.</summary>
internal sealed class KeyTable
{
    private const int ChunkBytes = 1 << 20;
    private readonly List<byte[]> _chunks = [];
    private int[] _buckets = new int[16];
    private long[] _places = new long[8];
    private int[] _hashes = new int[8];
    private int _used = ChunkBytes;

    /// <summary>Gets the number of keys.</summary>
    public int Count { get; private set; }

    /// <summary>Gives a key by its number.</summary>
    public ReadOnlySpan<byte> this[int number]
    {
        get
        {
            var chunk = _chunks[(int)(_places[number] >> 32)];
            var at = (int)_places[number];
            return chunk.AsSpan(at + sizeof(int), BinaryPrimitives.ReadInt32LittleEndian(chunk.AsSpan(at)));
        }
    }

    /// <summary>Gives a key's number, or −1.</summary>
    public int Find(ReadOnlySpan<byte> key) => Find(key, Hash(key));

    /// <summary>Gives a key's number, and adds it where it is new.</summary>
    public int Add(ReadOnlySpan<byte> key)
    {
        var hash = Hash(key);
        var number = Find(key, hash);
        if (number >= 0)
        {
            return number;
        }

        if (Count == _places.Length)
        {
            Array.Resize(ref _places, checked(2 * Count));
            Array.Resize(ref _hashes, 2 * Count);
        }

        if (2 * (Count + 1) > _buckets.Length)
        {
            Rehash();
        }

        (_places[Count], _hashes[Count]) = (Keep(key), hash);
        Insert(Count);
        return Count++;
    }

    private static int Hash(ReadOnlySpan<byte> key)
    {
        var hash = default(HashCode);
        hash.AddBytes(key);
        return hash.ToHashCode();
    }

    private int Find(ReadOnlySpan<byte> key, int hash)
    {
        var mask = _buckets.Length - 1;
        for (var bucket = hash & mask; _buckets[bucket] != 0; bucket = (bucket + 1) & mask)
        {
            var number = _buckets[bucket] - 1;
            if (_hashes[number] == hash && this[number].SequenceEqual(key))
            {
                return number;
            }
        }

        return -1;
    }

    private void Insert(int number)
    {
        var mask = _buckets.Length - 1;
        var bucket = _hashes[number] & mask;
        while (_buckets[bucket] != 0)
        {
            bucket = (bucket + 1) & mask;
        }

        _buckets[bucket] = number + 1;
    }

    private void Rehash()
    {
        _buckets = new int[checked(2 * _buckets.Length)];
        for (var number = 0; number < Count; number++)
        {
            Insert(number);
        }
    }

    private long Keep(ReadOnlySpan<byte> key)
    {
        var length = key.Length + sizeof(int);
        if (_used + length > (_chunks.Count == 0 ? 0 : _chunks[^1].Length))
        {
            _chunks.Add(new byte[Math.Max(ChunkBytes, length)]);
            _used = 0;
        }

        var chunk = _chunks[^1].AsSpan(_used);
        BinaryPrimitives.WriteInt32LittleEndian(chunk, key.Length);
        key.CopyTo(chunk[sizeof(int)..]);
        _used += length;
        return ((long)(_chunks.Count - 1) << 32) | (uint)(_used - length);
    }
}
