using System.Collections.Immutable;
using System.Globalization;

namespace Workflow.Data.Versioning.Metafiles;

/// <summary>Checks the keys and values of one file and collects everything that is wrong.</summary>
/// <param name="file">Its path, for the messages.</param>
internal abstract class NodeCheck(string file)
{
    private readonly List<string> _problems = [];

    public void Fail(string where, int line, string problem) =>
        _problems.Add(string.Create(CultureInfo.InvariantCulture, $"{file}, line {line}, {where}: {problem}."));

    public void ThrowIfAny()
    {
        if (_problems.Count > 0)
        {
            throw new DvcException(DvcErrorKind.BadInput, [.. _problems]);
        }
    }

    protected void Keys(YamlMapping mapping, ImmutableDictionary<string, YamlKind[]> allowed, string prefix)
    {
        foreach (var (key, value) in mapping.Entries)
        {
            if (!allowed.TryGetValue(key.Text, out var kinds))
            {
                Fail(prefix + key.Text, key.Line, "unknown key; a newer DVC may have written it, or it is misspelt");
            }
            else if (kinds.Length > 0 && (value is not YamlScalar scalar || Array.IndexOf(kinds, scalar.Kind) < 0))
            {
                var hint = key.Text == "md5" && value is YamlScalar { Kind: YamlKind.Integer or YamlKind.Float } ? "; put the digits in quotes, or add the data again" : "";
                Wrong<object>(prefix + key.Text, value, string.Join(" or ", kinds.Select(Name)), hint);
            }
        }
    }

    protected T? Wrong<T>(string where, YamlNode value, string expected, string hint = "")
        where T : class
    {
        var actual = value switch
        {
            YamlScalar scalar => $"{Name(scalar.Kind)} ('{scalar.Text}')",
            YamlSequence => "a list",
            _ => "keys and values",
        };
        Fail(where, value.Line, $"expected {expected}, got {actual}{hint}");
        return null;
    }

    protected static long? Number(YamlMapping mapping, string key) =>
        mapping.Find(key) is YamlScalar { Kind: YamlKind.Integer } scalar
            && long.TryParse(scalar.Text.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static string Name(YamlKind kind) => kind switch
    {
        YamlKind.Text => "text",
        YamlKind.Null => "nothing",
        YamlKind.Boolean => "true or false",
        YamlKind.Integer => "a whole number",
        YamlKind.Float => "a number with a fraction or exponent",
        _ => "a date or other special value",
    };
}
