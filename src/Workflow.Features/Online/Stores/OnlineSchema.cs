using Apache.Arrow;
using Apache.Arrow.Ipc;

namespace Workflow.Features.Online.Stores;

/// <summary>The columns of a table as bytes: Arrow's own form of a schema, which every store keeps.</summary>
public static class OnlineSchema
{
    /// <summary>Gives a schema as an Arrow stream without batches.</summary>
    /// <param name="schema">Any schema.</param>
    public static byte[] ToBytes(Schema schema)
    {
        using var stream = new MemoryStream();
        using (var writer = new ArrowStreamWriter(stream, schema, leaveOpen: true))
        {
            writer.WriteStart();
            writer.WriteEnd();
        }

        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> gave.</summary>
    /// <param name="bytes">An Arrow stream.</param>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static Schema FromBytes(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        try
        {
            using var reader = new ArrowStreamReader(new MemoryStream(bytes));
            return reader.Schema ?? throw new InvalidDataException("Expected an Arrow schema, got an empty stream.");
        }
        catch (Exception e) when (e is not InvalidDataException)
        {
            throw new InvalidDataException($"Expected an Arrow schema in {bytes.Length} bytes: {e.Message}", e);
        }
    }
}
