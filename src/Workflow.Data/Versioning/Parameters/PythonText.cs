using System.Globalization;
using System.Text;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Parameters;

/// <summary>Values as Python writes them: <c>repr</c> of a floating-point number, and <c>json.dumps(…, sort_keys=True)</c>.</summary>
internal static class PythonText
{
    private const int LargestPlainExponent = 15;
    private const int SmallestPlainExponent = -4;

    /// <summary>The shortest digits that read back as the same number; an exponent below 1e-4 and from 1e16.</summary>
    public static string Of(double number)
    {
        if (!double.IsFinite(number))
        {
            return double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        }

        var shortest = number.ToString("R", CultureInfo.InvariantCulture);
        var sign = shortest.StartsWith('-') ? "-" : "";
        var (digits, exponent) = Split(shortest[sign.Length..]);
        if (exponent is > LargestPlainExponent or < SmallestPlainExponent)
        {
            var mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }

        if (exponent < 0)
        {
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        }

        return digits.Length <= exponent + 1
            ? $"{sign}{digits.PadRight(exponent + 1, '0')}.0"
            : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    /// <summary>The JSON text of a value with the keys of every map sorted, as Python writes it.</summary>
    public static string Json(ParameterValue value)
    {
        var target = new StringBuilder();
        AppendJson(target, value);
        return target.ToString();
    }

    // Significant digits without zeros at either end, and the decimal exponent of the first.
    private static (string Digits, int Exponent) Split(string text)
    {
        var at = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = at < 0 ? 0 : int.Parse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = at < 0 ? text : text[..at];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        exponent += (point < 0 ? mantissa.Length : point) - 1;
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var zeros = digits.Length - digits.TrimStart('0').Length;
        digits = digits.Trim('0');
        return digits.Length == 0 ? ("0", 0) : (digits, exponent - zeros);
    }

    private static void AppendJson(StringBuilder target, ParameterValue value)
    {
        switch (value.Kind)
        {
            case ParameterKind.Null:
                target.Append("null");
                break;
            case ParameterKind.Text:
                AppendQuoted(target, value.ToString());
                break;
            case ParameterKind.Real when !double.IsFinite(value.Number):
                target.Append(double.IsNaN(value.Number) ? "NaN" : value.Number > 0 ? "Infinity" : "-Infinity");
                break;
            case ParameterKind.List:
                target.Append('[');
                for (var i = 0; i < value.Items.Length; i++)
                {
                    target.Append(i == 0 ? "" : ", ");
                    AppendJson(target, value.Items[i]);
                }

                target.Append(']');
                break;
            case ParameterKind.Map:
                target.Append('{');
                var isFirst = true;
                foreach (var (key, member) in value.Members.OrderBy(static m => m.Key.ToString(), CodePointComparer.Instance))
                {
                    target.Append(isFirst ? "" : ", ");
                    isFirst = false;
                    AppendQuoted(target, key.Kind == ParameterKind.Null ? "null" : key.ToString());
                    target.Append(": ");
                    AppendJson(target, member);
                }

                target.Append('}');
                break;
            default:
                target.Append(value);
                break;
        }
    }

    private static void AppendQuoted(StringBuilder target, string text)
    {
        target.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => target.Append("\\\""),
                '\\' => target.Append("\\\\"),
                '\n' => target.Append("\\n"),
                '\r' => target.Append("\\r"),
                '\t' => target.Append("\\t"),
                '\b' => target.Append("\\b"),
                '\f' => target.Append("\\f"),
                >= ' ' and <= '~' => target.Append(c),
                _ => target.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
            };
        }

        target.Append('"');
    }
}
