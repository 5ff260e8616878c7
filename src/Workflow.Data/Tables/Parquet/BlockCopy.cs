namespace Workflow.Data.Tables.Parquet;

/// <summary>The back reference that Snappy and LZ4 share.</summary>
internal static class BlockCopy
{
    /// <summary>Copies bytes written earlier; source and target may overlap, which repeats a pattern.</summary>
    /// <param name="destination">The output.</param>
    /// <param name="written">How much of it is written.</param>
    /// <param name="offset">How far back to start; at least 1.</param>
    /// <param name="count">How many bytes to append.</param>
    public static void Repeat(Span<byte> destination, int written, uint offset, int count)
    {
        if (offset == 0 || offset > (uint)written || count > destination.Length - written)
        {
            throw new MalformedException($"a back reference within {written} bytes that leaves room for at most {destination.Length - written}", $"offset {offset}, {count} bytes");
        }

        var from = written - (int)offset;
        if (offset >= (uint)count)
        {
            destination.Slice(from, count).CopyTo(destination[written..]);
            return;
        }

        for (var i = 0; i < count; i++)
        {
            destination[written + i] = destination[from + i];
        }
    }
}
