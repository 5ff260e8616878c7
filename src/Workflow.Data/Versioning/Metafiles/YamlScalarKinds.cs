using System.Text.RegularExpressions;

namespace Workflow.Data.Versioning.Metafiles;

/// <summary>What an unquoted scalar is.</summary>
internal enum YamlKind
{
    Text,
    Null,
    Boolean,
    Integer,
    Float,
    Other,
}

/// <summary>The implicit types of YAML 1.2 as DVC's YAML library reads and therefore quotes them.</summary>
internal static partial class YamlScalarKinds
{
    public static YamlKind Resolve(string text)
    {
        if (text is "" or "~" or "null" or "Null" or "NULL")
        {
            return YamlKind.Null;
        }

        if (text is "true" or "True" or "TRUE" or "false" or "False" or "FALSE")
        {
            return YamlKind.Boolean;
        }

        if (text is "=" or "<<" or "!" or "&" or "*")
        {
            return YamlKind.Other;
        }

        if (text[0] is not ((>= '0' and <= '9') or '-' or '+' or '.'))
        {
            return YamlKind.Text;
        }

        if (Float().IsMatch(text))
        {
            return YamlKind.Float;
        }

        return text[0] == '.' ? YamlKind.Text
            : Integer().IsMatch(text) ? YamlKind.Integer
            : char.IsAsciiDigit(text[0]) && Time().IsMatch(text) ? YamlKind.Other
            : YamlKind.Text;
    }

    [GeneratedRegex(@"^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+|[-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Float();

    [GeneratedRegex(@"^(?:[-+]?0b[01_]+|[-+]?0o?[0-7_]+|[-+]?[0-9_]+|[-+]?0x[0-9a-fA-F_]+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Integer();

    [GeneratedRegex(@"^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Time();
}
