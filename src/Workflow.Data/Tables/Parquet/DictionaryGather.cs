using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Looks values up in a column's dictionary.</summary>
internal static class DictionaryGather
{
    /// <param name="indices">Positions in the dictionary; a bad one is found before anything is read.</param>
    /// <param name="dictionary">The values.</param>
    /// <param name="target">As long as <paramref name="indices"/>.</param>
    public static void Gather<T>(ReadOnlySpan<int> indices, ReadOnlySpan<T> dictionary, Span<T> target)
        where T : unmanaged
    {
        Check(indices, dictionary.Length);
        ref var from = ref MemoryMarshal.GetReference(dictionary);
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = Unsafe.Add(ref from, indices[i]);
        }
    }

    public static void GatherBytes(ReadOnlySpan<int> indices, ReadOnlySpan<byte> dictionary, Span<byte> target, int width)
    {
        Check(indices, width == 0 ? 0 : dictionary.Length / width);
        for (var i = 0; i < indices.Length; i++)
        {
            dictionary.Slice(indices[i] * width, width).CopyTo(target[(i * width)..]);
        }
    }

    /// <summary>Throws unless every index is below <paramref name="count"/>.</summary>
    public static void Check(ReadOnlySpan<int> indices, int count)
    {
        var largest = Vector256<uint>.Zero;
        var i = 0;
        ref var first = ref MemoryMarshal.GetReference(indices);
        for (; i + Vector256<uint>.Count <= indices.Length; i += Vector256<uint>.Count)
        {
            largest = Vector256.Max(largest, Vector256.LoadUnsafe(ref first, (nuint)i).AsUInt32());
        }

        var max = 0u;
        for (var lane = 0; lane < Vector256<uint>.Count; lane++)
        {
            max = Math.Max(max, largest[lane]);
        }

        for (; i < indices.Length; i++)
        {
            max = Math.Max(max, (uint)indices[i]);
        }

        if (max >= (uint)count && !indices.IsEmpty)
        {
            throw new MalformedException($"indices into a dictionary of {count} values", $"{max}");
        }
    }
}
