using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Workflow.Data.Versioning.Parameters;

/// <summary>Values out of a JSON file, as Python's <c>json</c> reads them.</summary>
internal static class JsonParameters
{
    /// <exception cref="DvcException">Not JSON.</exception>
    public static ParameterValue Read(ReadOnlyMemory<byte> bytes, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return Of(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw new DvcException($"{name} is not valid JSON: {exception.Message}", exception);
        }
    }

    private static ParameterValue Of(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                // Of a key that comes twice the last value counts, at the place of the first.
                var members = new OrderedDictionary<string, ParameterValue>(StringComparer.Ordinal);
                foreach (var member in element.EnumerateObject())
                {
                    members[member.Name] = Of(member.Value);
                }

                return ParameterValue.Map(members);
            case JsonValueKind.Array:
                return ParameterValue.List(element.EnumerateArray().Select(Of));
            case JsonValueKind.String:
                return ParameterValue.Of(element.GetString()!);
            case JsonValueKind.True or JsonValueKind.False:
                return ParameterValue.Of(element.GetBoolean());
            case JsonValueKind.Number:
                var text = element.GetRawText();
                return text.AsSpan().IndexOfAny(".eE") < 0
                    ? ParameterValue.Of(BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture))
                    : ParameterValue.Of(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));
            default:
                return ParameterValue.Null;
        }
    }
}
