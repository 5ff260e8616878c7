using Apache.Arrow;

namespace Workflow.Data.Tables;

/// <summary>Reads the position in the dictionary, whatever integer type holds it.</summary>
internal static class DictionaryIndex
{
    public static int Get(DictionaryArray array, int index) => array.Indices switch
    {
        Int32Array a => a.Values[index],
        Int8Array a => a.Values[index],
        UInt8Array a => a.Values[index],
        Int16Array a => a.Values[index],
        UInt16Array a => a.Values[index],
        UInt32Array a => checked((int)a.Values[index]),
        Int64Array a => checked((int)a.Values[index]),
        UInt64Array a => checked((int)a.Values[index]),
        _ => throw new NotSupportedException($"A dictionary cannot be indexed by {array.Indices.Data.DataType.Name}."),
    };
}
