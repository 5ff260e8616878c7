using System.Text;
using Workflow.Data.Storage;

namespace Workflow.Features.Online.Stores;

/// <summary>What the frames of the store's files hold.</summary>
internal static class StoreRecord
{
    public const byte Beginning = 0;
    public const byte State = 1;
    public const byte Rows = 2;
    public const byte End = 3;
    public const int Version = 1;

    /// <summary>Gives the first record of every file.</summary>
    public static byte[] WriteBeginning() => [Beginning, Version];

    /// <summary>Gives the last record of a snapshot.</summary>
    public static byte[] WriteEnd() => [End];

    public static byte[] WriteState(string table, OnlineTableState state)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(State);
            writer.Write(table);
            writer.Write(state.Digest.ToString());
            writer.Write(state.MaterializedTo?.UtcTicks ?? -1);
            var schema = OnlineSchema.ToBytes(state.Schema);
            writer.Write(schema.Length);
            writer.Write(schema);
        }

        return stream.ToArray();
    }

    public static OnlineTableState ReadState(BinaryReader reader)
    {
        var (digest, ticks) = (ContentDigest.Parse(reader.ReadString()), reader.ReadInt64());
        return new OnlineTableState
        {
            Digest = digest,
            Schema = OnlineSchema.FromBytes(reader.ReadBytes(reader.ReadInt32())),
            MaterializedTo = ticks < 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero),
        };
    }

    /// <summary>Begins a record of rows, which follow one another to its end.</summary>
    public static void BeginRows(BinaryWriter writer, string table)
    {
        writer.Write(Rows);
        writer.Write(table);
    }

    public static void WriteRow(BinaryWriter writer, ReadOnlySpan<byte> key, ReadOnlySpan<byte> row)
    {
        writer.Write(key.Length);
        writer.Write(key);
        writer.Write(row.Length);
        writer.Write(row);
    }

    public static byte[] ReadBytes(BinaryReader reader)
    {
        var length = reader.ReadInt32();
        return length >= 0 && length <= reader.BaseStream.Length - reader.BaseStream.Position
            ? reader.ReadBytes(length)
            : throw new EndOfStreamException($"Expected {length} bytes in a record of {reader.BaseStream.Length}.");
    }
}
