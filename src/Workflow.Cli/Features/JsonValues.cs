using System.Text.Json.Nodes;
using Apache.Arrow;

namespace Workflow.Cli.Features;

/// <summary>Values of Arrow columns as JSON: what JSON has no form for, such as NaN, is its text.</summary>
internal static class JsonValues
{
    public static JsonNode? Of(IArrowArray column, int row) => column switch
    {
        _ when column.IsNull(row) => null,
        ListArray a => new JsonArray([.. Enumerable.Range(a.ValueOffsets[row], a.GetValueLength(row)).Select(i => Of(a.Values, i))]),
        Int64Array a => JsonValue.Create(a.Values[row]),
        Int32Array a => JsonValue.Create(a.Values[row]),
        Int16Array a => JsonValue.Create(a.Values[row]),
        Int8Array a => JsonValue.Create(a.Values[row]),
        UInt64Array a => JsonValue.Create(a.Values[row]),
        UInt32Array a => JsonValue.Create(a.Values[row]),
        UInt16Array a => JsonValue.Create(a.Values[row]),
        UInt8Array a => JsonValue.Create(a.Values[row]),
        DoubleArray a => double.IsFinite(a.Values[row]) ? JsonValue.Create(a.Values[row]) : JsonValue.Create(a.Values[row].ToString(System.Globalization.CultureInfo.InvariantCulture)),
        FloatArray a => float.IsFinite(a.Values[row]) ? JsonValue.Create(a.Values[row]) : JsonValue.Create(a.Values[row].ToString(System.Globalization.CultureInfo.InvariantCulture)),
        BooleanArray a => JsonValue.Create(a.GetValue(row) is true),
        StringArray a => JsonValue.Create(a.GetString(row)),
        _ => JsonValue.Create(CsvWriter.Text(column, row)),
    };
}
