using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Workflow.Data.Tables.Parquet;

/// <summary>The dictionary of a column of texts or bytes.</summary>
internal sealed class TextDictionary
{
    private const int Word = 16;
    private byte[] _bytes = [];
    private int[] _starts = [0];
    private int _longest;

    public int Count { get; private set; }

    public ReadOnlySpan<byte> this[int index] => _bytes.AsSpan(_starts[index], _starts[index + 1] - _starts[index]);

    /// <summary>Takes the plain values of a dictionary page.</summary>
    public void Set(byte[] page, int end, int count)
    {
        if ((long)count * sizeof(int) > end)
        {
            throw new MalformedException($"{count} dictionary values", $"a page of {end} bytes");
        }

        (_bytes, _starts) = (new byte[end - (count * sizeof(int)) + Word], new int[count + 1]);
        var position = 0;
        var used = 0;
        _longest = 0;
        for (var i = 0; i < count; i++)
        {
            if (end - position < sizeof(int))
            {
                throw new MalformedException($"{count} dictionary values", $"{i}");
            }

            var length = BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(position));
            position += sizeof(int);
            if (length > (uint)(end - position) || length > (uint)(_bytes.Length - Word - used))
            {
                throw new MalformedException($"a dictionary value of at most {end - position} bytes", $"{length}");
            }

            page.AsSpan(position, (int)length).CopyTo(_bytes.AsSpan(used));
            position += (int)length;
            used += (int)length;
            _starts[i + 1] = used;
            _longest = Math.Max(_longest, (int)length);
        }

        Count = count;
    }

    /// <summary>Checks indices and says where each value will end.</summary>
    /// <returns>Where the last one ends.</returns>
    public long Measure(ReadOnlySpan<int> indices, Span<int> ends, int start)
    {
        DictionaryGather.Check(indices, Count);
        ref var starts = ref MemoryMarshal.GetArrayDataReference(_starts);
        long end = start;
        for (var i = 0; i < indices.Length; i++)
        {
            var index = indices[i];
            end += Unsafe.Add(ref starts, index + 1) - Unsafe.Add(ref starts, index);
            ends[i] = (int)Math.Min(end, int.MaxValue);
        }

        return end;
    }

    /// <summary>Appends the values of indices that were measured.</summary>
    /// <param name="indices">Checked positions.</param>
    /// <param name="target">At least <see cref="ChunkReader.Padding"/> bytes longer than the values together.</param>
    public void Gather(ReadOnlySpan<int> indices, Span<byte> target)
    {
        var used = 0;
        if (_longest > Word)
        {
            foreach (var index in indices)
            {
                this[index].CopyTo(target[used..]);
                used += this[index].Length;
            }

            return;
        }

        // Short values: one 16-byte copy each; the next value overwrites what is too much.
        ref var starts = ref MemoryMarshal.GetArrayDataReference(_starts);
        ref var bytes = ref MemoryMarshal.GetArrayDataReference(_bytes);
        ref var to = ref MemoryMarshal.GetReference(target);
        foreach (var index in indices)
        {
            var start = Unsafe.Add(ref starts, index);
            Vector128.LoadUnsafe(ref bytes, (nuint)start).StoreUnsafe(ref to, (nuint)used);
            used += Unsafe.Add(ref starts, index + 1) - start;
        }
    }
}
