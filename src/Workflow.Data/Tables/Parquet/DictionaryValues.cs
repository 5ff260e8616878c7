using System.IO.Hashing;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Values as positions in a dictionary, in the order in which they appear first.</summary>
internal sealed class DictionaryValues : ValueEncoder
{
    private const int MaximumBytes = 1 << 20;
    private const int MaximumBytesWhenTrying = 1 << 23;
    private readonly int[] _codes;

    private DictionaryValues(ByteSink dictionary, int count, int[] codes) => (Dictionary, DictionaryCount, _codes) = (dictionary, count, codes);

    public override PageEncoding Encoding => PageEncoding.RleDictionary;

    public override ByteSink Dictionary { get; }

    public override int DictionaryCount { get; }

    /// <returns>Null when the values repeat too little for a dictionary.</returns>
    public static DictionaryValues? TryCreate(ColumnBuffer buffer, bool isTrying)
    {
        var codes = new int[buffer.Count];
        var dictionary = new ByteSink();
        var limit = isTrying ? MaximumBytesWhenTrying : MaximumBytes;
        var table = new int[1024];
        var firsts = new List<int>();
        for (var i = 0; i < codes.Length; i++)
        {
            var slot = Find(buffer, firsts, table, i);
            if (table[slot] == 0)
            {
                // Without repeats among the first values there will be few later: stop early.
                if (dictionary.Length > limit || (!isTrying && i == 1 << 14 && firsts.Count > i / 2))
                {
                    return null;
                }

                Append(buffer, i, dictionary);
                firsts.Add(i);
                table[slot] = firsts.Count;
                codes[i] = firsts.Count - 1;
                if (firsts.Count * 2 > table.Length)
                {
                    table = Rehash(buffer, firsts, table.Length * 4);
                }
            }
            else
            {
                codes[i] = table[slot] - 1;
            }
        }

        return isTrying || firsts.Count * 4L <= codes.Length * 3L ? new DictionaryValues(dictionary, firsts.Count, codes) : null;
    }

    public override void Write(int start, int count, ByteSink page)
    {
        var width = HybridWriter.WidthOf(Math.Max(0, DictionaryCount - 1));
        page.WriteByte((byte)width);
        HybridWriter.Write(_codes.AsSpan(start, count), width, page);
    }

    private static void Append(ColumnBuffer buffer, int index, ByteSink dictionary)
    {
        if (buffer.HasBytes)
        {
            dictionary.WriteInt32(buffer[index].Length);
        }

        dictionary.Write(buffer[index]);
    }

    // Open addressing; an entry is 1 + the position in the dictionary.
    private static int Find(ColumnBuffer buffer, List<int> firsts, int[] table, int index)
    {
        var value = buffer[index];
        var slot = (int)(XxHash3.HashToUInt64(value) & (ulong)(table.Length - 1));
        while (table[slot] != 0 && !buffer[firsts[table[slot] - 1]].SequenceEqual(value))
        {
            slot = (slot + 1) & (table.Length - 1);
        }

        return slot;
    }

    private static int[] Rehash(ColumnBuffer buffer, List<int> firsts, int size)
    {
        var table = new int[size];
        for (var i = 0; i < firsts.Count; i++)
        {
            table[Find(buffer, firsts, table, firsts[i])] = i + 1;
        }

        return table;
    }
}
