namespace Workflow.Onnx;

/// <summary>A part of a model. Editable: what is changed is what is written.</summary>
/// <remarks>
/// <para>A property is null where the file says nothing, so that a file read and written unchanged keeps its bytes.</para>
/// <para>Not thread-safe while it is edited; safe for concurrent reading otherwise.</para>
/// </remarks>
public abstract class OnnxMessage
{
    private List<ReadOnlyMemory<byte>>? _unknown;

    private protected OnnxMessage()
    {
    }

    /// <summary>Gets the fields that this version does not know, each with its tag. They are written back behind the known ones.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> UnknownFields => _unknown ?? (IReadOnlyList<ReadOnlyMemory<byte>>)[];

    /// <summary>Forgets the fields that this version does not know.</summary>
    public void ClearUnknownFields() => _unknown = null;

    internal void Read(ref WireReader reader)
    {
        while (reader.Next())
        {
            if (!ReadField(ref reader))
            {
                (_unknown ??= []).Add(reader.Unknown());
            }
        }
    }

    internal void Write(WireWriter writer)
    {
        for (var i = (_unknown?.Count ?? 0) - 1; i >= 0; i--)
        {
            writer.Raw(_unknown![i]);
        }

        WriteFields(writer);
    }

    /// <summary>Reads the reader's field, unless the message does not know it.</summary>
    private protected abstract bool ReadField(ref WireReader reader);

    /// <summary>Writes the known fields, last field first (see <see cref="WireWriter"/>).</summary>
    private protected abstract void WriteFields(WireWriter writer);
}
