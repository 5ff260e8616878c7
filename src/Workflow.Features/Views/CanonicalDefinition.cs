using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Workflow.Data.Definitions;

namespace Workflow.Features.Views;

/// <summary>Writes a definition as JSON that depends on its meaning only.</summary>
internal static class CanonicalDefinition
{
    public static string Of(Action<Utf8JsonWriter> writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writeMembers(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(CanonicalJson.Serialize(JsonNode.Parse(buffer.WrittenSpan)));
    }
}
