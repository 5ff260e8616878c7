using System.Globalization;
using System.Numerics;
using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning.Parameters;

/// <summary>Values out of a YAML 1.2 document, as DVC reads them, and back.</summary>
internal static class YamlParameters
{
    // Anchors let a small file stand for a huge value.
    private const int MaximumNodes = 10_000_000;

    /// <summary>Makes a value of a node.</summary>
    /// <param name="node">Of a document that was read.</param>
    /// <param name="name">The file, for the message of an error.</param>
    /// <exception cref="DvcException">A date, which DVC cannot take as a parameter either, or more than ten million values.</exception>
    public static ParameterValue Of(YamlNode node, string name)
    {
        var left = MaximumNodes;
        return Of(node, name, ref left);
    }

    private static ParameterValue Of(YamlNode node, string name, ref int left)
    {
        if (--left < 0)
        {
            throw new DvcException($"{name} stands for more than {MaximumNodes} values. Use fewer anchors.");
        }

        switch (node)
        {
            case YamlMapping mapping:
                var members = new List<KeyValuePair<ParameterValue, ParameterValue>>(mapping.Entries.Count);
                foreach (var (key, value) in mapping.Entries)
                {
                    members.Add(KeyValuePair.Create(OfScalar(key, name), Of(value, name, ref left)));
                }

                return ParameterValue.MapOfAny(members);
            case YamlSequence list:
                var items = new List<ParameterValue>(list.Items.Count);
                foreach (var item in list.Items)
                {
                    items.Add(Of(item, name, ref left));
                }

                return ParameterValue.List(items);
            default:
                return OfScalar((YamlScalar)node, name);
        }
    }

    /// <summary>Makes nodes that <see cref="YamlWriter"/> writes in block style.</summary>
    public static YamlNode ToNode(ParameterValue value)
    {
        switch (value.Kind)
        {
            case ParameterKind.Map:
                var mapping = new YamlMapping();
                mapping.Entries.AddRange(value.Members.Select(static m => KeyValuePair.Create((YamlScalar)ToNode(m.Key), ToNode(m.Value))));
                return mapping;
            case ParameterKind.List:
                var list = new YamlSequence();
                list.Items.AddRange(value.Items.Select(ToNode));
                return list;
            case ParameterKind.Text:
                return YamlScalar.Of(value.ToString());
            case ParameterKind.Null:
                return YamlScalar.Of("", YamlStyle.Plain);
            case ParameterKind.Real when !double.IsFinite(value.Number):
                return YamlScalar.Of(double.IsNaN(value.Number) ? ".nan" : value.Number > 0 ? ".inf" : "-.inf", YamlStyle.Plain);
            default:
                return YamlScalar.Of(value.ToString(), YamlStyle.Plain);
        }
    }

    private static ParameterValue OfScalar(YamlScalar scalar, string name) => scalar.Kind switch
    {
        YamlKind.Null => ParameterValue.Null,
        YamlKind.Boolean => ParameterValue.Of(scalar.Text[0] is 't' or 'T'),
        YamlKind.Integer => ParameterValue.Of(Whole(scalar.Text)),
        YamlKind.Float => ParameterValue.Of(Real(scalar.Text)),
        YamlKind.Other when char.IsAsciiDigit(scalar.Text[0]) => throw new DvcException(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}, line {scalar.Line}: '{scalar.Text}' is a date, which cannot be a parameter. Put it in quotes.")),
        _ => ParameterValue.Of(scalar.Text),
    };

    private static BigInteger Whole(string text)
    {
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        var isNegative = digits.StartsWith('-');
        digits = digits.TrimStart('-', '+');
        var value = digits switch
        {
            ['0', 'x', .. var hex] => BigInteger.Parse("0" + hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            ['0', 'o', .. var octal] => Digits(octal, 8),
            ['0', 'b', .. var binary] => Digits(binary, 2),
            _ => BigInteger.Parse(digits.Length == 0 ? "0" : digits, NumberStyles.None, CultureInfo.InvariantCulture),
        };
        return isNegative ? -value : value;
    }

    private static BigInteger Digits(string text, int radix) => text.Aggregate(BigInteger.Zero, (sum, c) => (sum * radix) + (c - '0'));

    private static double Real(string text)
    {
        var digits = text.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
        return digits.TrimStart('+', '-') switch
        {
            ".inf" => digits[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity,
            ".nan" => double.NaN,
            _ => double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture),
        };
    }
}
