using System.Numerics;
using System.Runtime.CompilerServices;

namespace Workflow.Features.Joins;

/// <summary>Numbers 64-bit keys in the order of their first appearance: one probe of 16 bytes for most, or of 4 where the keys are dense integers.</summary>
/// <remarks>Not thread-safe while keys are added.</remarks>
internal sealed class KeyTable
{
    private const int SmallRange = 1 << 16;

    // Differs from process to process, so that nobody can prepare keys that collide; no result depends on it.
    private static readonly ulong Seed = ((ulong)(uint)HashCode.Combine(1) << 32) | (uint)HashCode.Combine(2);

    private Slot[] _slots = new Slot[16];
    private int _shift = 60;
    private int _spread;
    private long _min = long.MaxValue;
    private long _max = long.MinValue;

    // Keys that lie close together have their numbers here; the others are in the slots.
    private int[] _dense = [];
    private long _denseStart;

    /// <summary>Gets the number of distinct keys so far.</summary>
    public int Count { get; private set; }

    /// <summary>Prepares for finding, after the last key was added: a plain array where the keys lie close together. More may still be added.</summary>
    public void Seal()
    {
        if (_spread == 0 || !IsClose(_min, _max, Count))
        {
            return;
        }

        var (old, start) = (_dense, _denseStart);
        OpenDense(_min, _max);
        for (var i = 0; i < old.Length; i++)
        {
            if (old[i] >= 0)
            {
                _dense[start + i - _min] = old[i];
            }
        }

        foreach (var slot in _slots)
        {
            if (slot.Next > 0)
            {
                _dense[slot.Key - _min] = slot.Next - 1;
            }
        }

        (_slots, _shift, _spread) = (new Slot[16], 60, 0);
    }

    /// <summary>Gives the numbers of keys; <see cref="KeyIndex.Unknown"/> where there is none and none is added.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="numbers">One a key, written.</param>
    /// <param name="add">Whether an unknown key gets the next number.</param>
    /// <param name="expected">About how many keys there will be, repeated ones counted again.</param>
    public void Number(ReadOnlySpan<long> keys, Span<int> numbers, bool add, int expected = 0)
    {
        if (add)
        {
            if (Count == 0 && !keys.IsEmpty)
            {
                Open(keys, expected);
            }

            AddAll(keys, numbers);
        }
        else if (_spread == 0)
        {
            FindDense(keys, numbers);
        }
        else
        {
            FindAll(keys, numbers);
        }
    }

    public int Find(long key)
    {
        var place = (ulong)(key - _denseStart);
        if (place < (ulong)_dense.Length)
        {
            return _dense[place];
        }

        var slots = _slots;
        for (var i = KeyHash.Of(key, Seed) >> _shift; ; i++)
        {
            ref readonly var slot = ref slots[i & (ulong)(slots.Length - 1)];
            if (slot.Next == 0 || slot.Key == key)
            {
                return slot.Next == 0 ? KeyIndex.Unknown : slot.Next - 1;
            }
        }
    }

    public int Add(long key)
    {
        var place = (ulong)(key - _denseStart);
        if (place < (ulong)_dense.Length)
        {
            if (_dense[place] < 0)
            {
                (_min, _max) = (Math.Min(_min, key), Math.Max(_max, key));
                _dense[place] = Count++;
            }

            return _dense[place];
        }

        var slots = _slots;
        for (var i = KeyHash.Of(key, Seed) >> _shift; ; i++)
        {
            ref var slot = ref slots[i & (ulong)(slots.Length - 1)];
            if (slot.Next != 0 && slot.Key == key)
            {
                return slot.Next - 1;
            }

            if (slot.Next == 0)
            {
                slot = new Slot(key, ++Count);
                (_min, _max) = (Math.Min(_min, key), Math.Max(_max, key));
                if (2 * ++_spread > slots.Length)
                {
                    Grow();
                }

                return Count - 1;
            }
        }
    }

    private static bool IsClose(long min, long max, int count) =>
        (ulong)max - (ulong)min < Math.Min((ulong)Array.MaxLength / 2, Math.Max(SmallRange, 8UL * (ulong)count));

    // The first keys tell where an array is worth it; later ones that lie beside it go into the slots.
    private void Open(ReadOnlySpan<long> keys, int expected)
    {
        var (min, max) = (long.MaxValue, long.MinValue);
        foreach (var key in keys)
        {
            min = Math.Min(min, key);
            max = Math.Max(max, key);
        }

        if (IsClose(min, max, expected))
        {
            var margin = (max - min) / 8;
            OpenDense(Math.Max(min, long.MinValue + margin) - margin, Math.Min(max, long.MaxValue - margin) + margin);
        }
    }

    private void OpenDense(long min, long max)
    {
        _denseStart = min;
        _dense = GC.AllocateUninitializedArray<int>((int)(max - min) + 1);
        _dense.AsSpan().Fill(KeyIndex.Unknown);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddAll(ReadOnlySpan<long> keys, Span<int> numbers)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            numbers[i] = Add(keys[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindDense(ReadOnlySpan<long> keys, Span<int> numbers)
    {
        var (dense, start) = (_dense, _denseStart);
        for (var i = 0; i < keys.Length; i++)
        {
            var place = (ulong)(keys[i] - start);
            numbers[i] = place < (ulong)dense.Length ? dense[place] : KeyIndex.Unknown;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindAll(ReadOnlySpan<long> keys, Span<int> numbers)
    {
        // Rows of one key often come together.
        var (last, number) = (0L, Find(0));
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i] != last)
            {
                (last, number) = (keys[i], Find(keys[i]));
            }

            numbers[i] = number;
        }
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new Slot[checked(2 * old.Length)];
        _shift = 64 - BitOperations.Log2((uint)_slots.Length);
        foreach (var slot in old)
        {
            if (slot.Next != 0)
            {
                var i = KeyHash.Of(slot.Key, Seed) >> _shift;
                while (_slots[i & (ulong)(_slots.Length - 1)].Next != 0)
                {
                    i++;
                }

                _slots[i & (ulong)(_slots.Length - 1)] = slot;
            }
        }
    }

    // Next is the number plus one: zero is an empty slot.
    private readonly record struct Slot(long Key, int Next);
}
