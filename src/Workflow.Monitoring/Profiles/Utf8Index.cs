using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Workflow.Monitoring.Profiles;

/// <summary>Finds UTF-8 strings in a fixed list without decoding them. Immutable.</summary>
internal sealed class Utf8Index
{
    private readonly byte[][] _values;
    private readonly int[] _slots;
    private readonly int _mask;

    /// <param name="values">Distinct strings; their positions are what <see cref="Find"/> gives.</param>
    public Utf8Index(IEnumerable<string> values)
    {
        _values = [.. values.Select(Encoding.UTF8.GetBytes)];
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, _values.Length * 4));
        _slots = new int[size];
        _mask = size - 1;
        for (var i = 0; i < _values.Length; i++)
        {
            var slot = (int)Hash(_values[i]) & _mask;
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & _mask;
            }

            _slots[slot] = i + 1;
        }
    }

    /// <summary>Gives the position of a string, or −1 where it is not in the list.</summary>
    public int Find(ReadOnlySpan<byte> value)
    {
        for (var slot = (int)Hash(value) & _mask; _slots[slot] != 0; slot = (slot + 1) & _mask)
        {
            if (value.SequenceEqual(_values[_slots[slot] - 1]))
            {
                return _slots[slot] - 1;
            }
        }

        return -1;
    }

    // Only places entries in this table: never stored, so it may change. A fixed list cannot be flooded from outside.
    private static ulong Hash(ReadOnlySpan<byte> value)
    {
        var hash = (ulong)value.Length * 0x9E3779B97F4A7C15;
        for (; value.Length >= 8; value = value[8..])
        {
            hash = BitOperations.RotateLeft((hash ^ MemoryMarshal.Read<ulong>(value)) * 0xBF58476D1CE4E5B9, 29);
        }

        var rest = 0UL;
        foreach (var unit in value)
        {
            rest = (rest << 8) | unit;
        }

        hash = (hash ^ rest) * 0x94D049BB133111EB;
        return hash ^ (hash >> 32);
    }
}
