using System.IO.Hashing;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Features.Aggregation;

namespace Workflow.Features.Joins;

/// <summary>Texts and bytes as numbers, for aggregates that only ask whether two values are the same.</summary>
/// <remarks>XXH3 of the bytes, its upper 53 bits: a float64 holds each exactly. Two of a million values share one with a chance of about 1 in 18,000.</remarks>
internal static class TextHash
{
    public const string Expected = "a number of at most 64 bits, a boolean, a timestamp, utf8 or binary";

    public static bool Takes(IArrowType type) => type is StringType or BinaryType or DictionaryType { ValueType: StringType };

    /// <summary>Gives each row's number; null is missing.</summary>
    public static void Of(IArrowArray array, Span<double> values)
    {
        if (array is DictionaryArray dictionary)
        {
            var known = new double[dictionary.Dictionary.Length];
            Of(dictionary.Dictionary, known);
            for (var row = 0; row < values.Length; row++)
            {
                values[row] = array.IsNull(row) ? Missing.Value : known[TextKeyColumn.Index(dictionary.Indices, row)];
            }

            return;
        }

        var texts = (BinaryArray)array;
        for (var row = 0; row < values.Length; row++)
        {
            values[row] = texts.IsNull(row) ? Missing.Value : XxHash3.HashToUInt64(texts.GetBytes(row)) >> 11;
        }
    }
}
