using Apache.Arrow;
using Apache.Arrow.Ipc;

namespace Workflow.Features.Streaming;

/// <summary>A batch of events with its source and position as the bytes of a journal's frame: Arrow's own stream format after a short head.</summary>
internal static class BatchFrame
{
    /// <summary>Writes a frame.</summary>
    /// <param name="source">The events' source.</param>
    /// <param name="events">Borrowed.</param>
    /// <param name="columns">Those of its columns that are kept.</param>
    /// <param name="position">Where the producer stands afterwards; null for not said.</param>
    /// <param name="stream">Where it goes; emptied first.</param>
    public static void Write(string source, RecordBatch events, IReadOnlyList<string> columns, StreamPosition? position, MemoryStream stream)
    {
        stream.SetLength(0);
        using (var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(source);
            writer.Write(position is not null);
            writer.Write(position?.Stream ?? "");
            writer.Write(position?.Offset ?? "");
        }

        var schema = new Schema(columns.Select(name => new Field(name, events.Column(name).Data.DataType, nullable: true)), null);
        var kept = new RecordBatch(schema, columns.Select(events.Column), events.Length);
        using var arrow = new ArrowStreamWriter(stream, schema, leaveOpen: true);
        arrow.WriteRecordBatch(kept);
        arrow.WriteEnd();
        GC.KeepAlive(events);
    }

    /// <summary>Reads a frame.</summary>
    /// <exception cref="InvalidDataException">The bytes are no frame of ours.</exception>
    public static (string Source, StreamPosition? Position, RecordBatch Events) Read(ReadOnlyMemory<byte> frame)
    {
        using var stream = new MemoryStream(frame.ToArray(), writable: false);
        using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        var source = reader.ReadString();
        var hasPosition = reader.ReadBoolean();
        var position = new StreamPosition(reader.ReadString(), reader.ReadString());
        using var arrow = new ArrowStreamReader(stream, leaveOpen: true);
        var events = arrow.ReadNextRecordBatch() ?? throw new InvalidDataException($"Expected a batch of events of source '{source}' in the journal, found none.");
        return (source, hasPosition ? position : null, events);
    }
}
