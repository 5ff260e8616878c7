using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;

namespace Workflow.Features.Online;

/// <summary>Writes and reads what a view keeps: keys, events and their versions. States are computed anew. Not thread-safe.</summary>
internal sealed class OnlineViewSnapshot(OnlineKeyTable table, List<OnlineKey> keys, OnlineEvents events, OnlineVersions? versions)
{
    private int[] _slots = [];

    public void Write(BinaryWriter writer)
    {
        foreach (var kept in events.Kept)
        {
            WriteType(writer, kept?.Type);
        }

        // Events are numbered as they are written.
        var numbers = new Dictionary<int, int>();
        writer.Write(keys.Count);
        for (var number = 0; number < keys.Count; number++)
        {
            WriteBytes(writer, table[number]);
            writer.Write(keys[number].Count);
            foreach (var slot in keys[number].Slots)
            {
                WriteEvent(writer, slot);
                if (versions is not null)
                {
                    numbers.Add(slot, numbers.Count);
                }
            }
        }

        if (versions is null)
        {
            return;
        }

        writer.Write(versions.Count);
        foreach (var (id, head) in versions.All())
        {
            WriteBytes(writer, id);
            for (var slot = head; slot >= 0; slot = events.Next[slot])
            {
                // What counts for no key is written here.
                var isWritten = numbers.TryGetValue(slot, out var number);
                writer.Write(isWritten ? number : -1);
                if (!isWritten)
                {
                    WriteEvent(writer, slot);
                }
            }

            writer.Write(-2);
        }
    }

    public void Read(BinaryReader reader)
    {
        for (var i = 0; i < events.Kept.Length; i++)
        {
            if (ReadType(reader) is { } type)
            {
                events.Keep(i, new KeptCells(type));
            }
        }

        var count = reader.ReadInt32();
        var read = 0;
        for (var number = 0; number < count; number++)
        {
            table.FindOrAdd(ReadBytes(reader)!);
            keys.Add(new OnlineKey());
            for (var left = reader.ReadInt32(); left > 0; left--)
            {
                var slot = ReadEvent(reader, number);
                keys[number].Insert(slot, events.Times);
                Remember(read++, slot);
            }
        }

        for (var ids = versions is null ? 0 : reader.ReadInt32(); ids > 0; ids--)
        {
            var id = ReadBytes(reader)!;
            for (var number = reader.ReadInt32(); number != -2; number = reader.ReadInt32())
            {
                var slot = number < 0 ? ReadEvent(reader, -1) : _slots[number];
                var until = events.Untils[slot];
                versions!.Insert(id, slot);
                events.Untils[slot] = until;
            }
        }

        _slots = [];
    }

    private void Remember(int number, int slot)
    {
        if (versions is null)
        {
            return;
        }

        if (number == _slots.Length)
        {
            System.Array.Resize(ref _slots, Math.Max(64, 2 * number));
        }

        _slots[number] = slot;
    }

    private void WriteEvent(BinaryWriter writer, int slot)
    {
        writer.Write(events.Times[slot]);
        writer.Write(events.Visible[slot]);
        foreach (var input in events.Inputs)
        {
            writer.Write(BitConverter.DoubleToInt64Bits(input[slot]));
        }

        foreach (var exists in events.Exists)
        {
            writer.Write(exists[slot]);
        }

        foreach (var kept in events.Kept)
        {
            WriteBytes(writer, kept?.Cell(slot));
        }

        if (events.IsRanked)
        {
            writer.Write(events.Ranks[slot]);
            writer.Write(events.Arrivals[slot]);
        }

        if (events.IsVersioned)
        {
            writer.Write(events.Untils[slot]);
        }
    }

    private int ReadEvent(BinaryReader reader, int key)
    {
        var slot = events.Add(reader.ReadInt64(), reader.ReadInt64());
        foreach (var input in events.Inputs)
        {
            input[slot] = BitConverter.Int64BitsToDouble(reader.ReadInt64());
        }

        foreach (var exists in events.Exists)
        {
            exists[slot] = reader.ReadBoolean();
        }

        foreach (var kept in events.Kept)
        {
            var cell = ReadBytes(reader);
            kept?.SetCell(slot, cell);
        }

        if (events.IsRanked)
        {
            (events.Ranks[slot], events.Arrivals[slot]) = (reader.ReadInt64(), reader.ReadInt64());
        }

        if (events.IsVersioned)
        {
            (events.Keys[slot], events.Next[slot], events.Untils[slot]) = (key, -1, reader.ReadInt64());
        }

        return slot;
    }

    private static void WriteBytes(BinaryWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    private static void WriteBytes(BinaryWriter writer, byte[]? bytes)
    {
        writer.Write(bytes?.Length ?? -1);
        writer.Write(bytes ?? []);
    }

    private static byte[]? ReadBytes(BinaryReader reader) => reader.ReadInt32() is var length and >= 0 ? reader.ReadBytes(length) : null;

    // A type as Arrow writes it: the schema of one column.
    private static void WriteType(BinaryWriter writer, IArrowType? type)
    {
        if (type is null)
        {
            WriteBytes(writer, (byte[]?)null);
            return;
        }

        using var stream = new MemoryStream();
        using (var arrow = new ArrowStreamWriter(stream, new Schema([new Field("x", type, nullable: true)], null), leaveOpen: true))
        {
            arrow.WriteStart();
            arrow.WriteEnd();
        }

        WriteBytes(writer, stream.ToArray());
    }

    private static IArrowType? ReadType(BinaryReader reader)
    {
        if (ReadBytes(reader) is not { } bytes)
        {
            return null;
        }

        using var arrow = new ArrowStreamReader(new MemoryStream(bytes), leaveOpen: false);
        return arrow.Schema.FieldsList[0].DataType;
    }
}
