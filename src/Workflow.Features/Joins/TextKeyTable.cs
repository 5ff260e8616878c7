using System.Numerics;

namespace Workflow.Features.Joins;

/// <summary>Numbers texts and other bytes in the order of their first appearance. Keys lie one after the other in one block.</summary>
/// <remarks>Not thread-safe while keys are added.</remarks>
internal sealed class TextKeyTable
{
    // Differs from process to process, so that nobody can prepare keys that collide; no result depends on it.
    private static readonly ulong Seed = ((ulong)(uint)HashCode.Combine(3) << 32) | (uint)HashCode.Combine(4);

    private Slot[] _slots = new Slot[16];
    private int _shift = 60;
    private byte[] _bytes = [];
    private int[] _ends = new int[16];

    /// <summary>Gets the number of distinct keys so far.</summary>
    public int Count { get; private set; }

    /// <summary>Gives the number of a key; <see cref="KeyIndex.Unknown"/> where there is none and none is added.</summary>
    public int Number(ReadOnlySpan<byte> key, bool add)
    {
        var hash = KeyHash.Of(key, Seed);
        var slots = _slots;
        for (var i = hash >> _shift; ; i++)
        {
            ref var slot = ref slots[i & (ulong)(slots.Length - 1)];
            if (slot.Next == 0)
            {
                return add ? Add(key, hash, ref slot) : KeyIndex.Unknown;
            }

            if (slot.Tag == (uint)hash && Key(slot.Next - 1).SequenceEqual(key))
            {
                return slot.Next - 1;
            }
        }
    }

    private ReadOnlySpan<byte> Key(int number)
    {
        var start = number == 0 ? 0 : _ends[number - 1];
        return _bytes.AsSpan(start, _ends[number] - start);
    }

    private int Add(ReadOnlySpan<byte> key, ulong hash, ref Slot slot)
    {
        var start = Count == 0 ? 0 : _ends[Count - 1];
        var end = checked(start + key.Length);
        if (end > _bytes.Length)
        {
            System.Array.Resize(ref _bytes, (int)Math.Min(System.Array.MaxLength, Math.Max(end, 2L * _bytes.Length)));
        }

        key.CopyTo(_bytes.AsSpan(start));
        if (Count == _ends.Length)
        {
            System.Array.Resize(ref _ends, 2 * _ends.Length);
        }

        _ends[Count] = end;
        slot = new Slot((uint)hash, ++Count);
        if (2 * Count > _slots.Length)
        {
            Grow();
        }

        return Count - 1;
    }

    private void Grow()
    {
        _slots = new Slot[checked(2 * _slots.Length)];
        _shift = 64 - BitOperations.Log2((uint)_slots.Length);
        for (var number = 0; number < Count; number++)
        {
            var hash = KeyHash.Of(Key(number), Seed);
            var i = hash >> _shift;
            while (_slots[i & (ulong)(_slots.Length - 1)].Next != 0)
            {
                i++;
            }

            _slots[i & (ulong)(_slots.Length - 1)] = new Slot((uint)hash, number + 1);
        }
    }

    // Next is the number plus one: zero is an empty slot.
    private readonly record struct Slot(uint Tag, int Next);
}
