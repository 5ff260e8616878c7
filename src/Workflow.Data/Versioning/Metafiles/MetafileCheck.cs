using System.Collections.Immutable;
using System.Globalization;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Metafiles;

/// <summary>Checks the keys and values of one <c>.dvc</c> file and collects everything that is wrong.</summary>
internal sealed class MetafileCheck(string file)
{
    private static readonly ImmutableDictionary<string, YamlKind[]> TopKeys = new Dictionary<string, YamlKind[]>
    {
        ["md5"] = [YamlKind.Text, YamlKind.Null],
        ["wdir"] = [YamlKind.Text, YamlKind.Null],
        ["desc"] = [YamlKind.Text],
        ["locked"] = [YamlKind.Boolean],
        ["frozen"] = [YamlKind.Boolean],
        ["always_changed"] = [YamlKind.Boolean],
        ["meta"] = [],
        ["deps"] = [],
        ["outs"] = [],
    }.ToImmutableDictionary(StringComparer.Ordinal);

    private static readonly ImmutableDictionary<string, YamlKind[]> OutputKeys = new Dictionary<string, YamlKind[]>
    {
        ["md5"] = [YamlKind.Text, YamlKind.Null],
        ["etag"] = [YamlKind.Text, YamlKind.Null, YamlKind.Integer],
        ["checksum"] = [YamlKind.Text, YamlKind.Null, YamlKind.Integer],
        ["version_id"] = [YamlKind.Text],
        ["size"] = [YamlKind.Integer],
        ["nfiles"] = [YamlKind.Integer],
        ["isexec"] = [YamlKind.Boolean],
        ["path"] = [YamlKind.Text],
        ["persist"] = [YamlKind.Boolean],
        ["cloud"] = [],
        ["hash"] = [YamlKind.Text],
        ["desc"] = [YamlKind.Text],
        ["type"] = [YamlKind.Text],
        ["labels"] = [],
        ["meta"] = [],
        ["cache"] = [YamlKind.Boolean],
        ["metric"] = [],
        ["plot"] = [],
        ["remote"] = [YamlKind.Text],
        ["push"] = [YamlKind.Boolean],
        ["files"] = [],
        ["fs_config"] = [],
    }.ToImmutableDictionary(StringComparer.Ordinal);

    private readonly List<string> _problems = [];

    /// <summary>Checks the keys of the document.</summary>
    /// <returns>The list of outputs, or null when there is none.</returns>
    public YamlSequence? TopLevel(YamlMapping document)
    {
        Keys(document, TopKeys, "");
        return document.Find("outs") switch
        {
            YamlSequence list => list,
            null or YamlScalar { Kind: YamlKind.Null } => null,
            var other => Wrong<YamlSequence>("outs", other, "a list"),
        };
    }

    /// <summary>Checks one output.</summary>
    /// <returns>Null when it is too broken to go on.</returns>
    public OutputFields? Output(YamlNode node, int position)
    {
        var where = string.Create(CultureInfo.InvariantCulture, $"outs[{position}]");
        if (node is not YamlMapping mapping)
        {
            return Wrong<OutputFields>(where, node, "keys and values");
        }

        Keys(mapping, OutputKeys, where + ".");
        if (mapping.Find("path") is not YamlScalar { Kind: YamlKind.Text } path)
        {
            if (mapping.Find("path") is null)
            {
                Fail(where, mapping.Line, "the key 'path' is missing");
            }

            return null;
        }

        var hash = (mapping.Find("hash") as YamlScalar)?.Text;
        var id = hash is null or "md5" ? Md5(mapping, where) : null;
        return new OutputFields
        {
            Path = path.Text,
            Line = mapping.Line,
            Id = id,
            Size = Number(mapping, "size"),
            FileCount = Number(mapping, "nfiles"),
            IsLegacy = hash is null && id is not null,
            HasForeignHash = hash is not (null or "md5"),
            IsExecutable = (mapping.Find("isexec") as YamlScalar)?.Text.ToUpperInvariant() == "TRUE",
            IsCached = (mapping.Find("cache") as YamlScalar)?.Text.ToUpperInvariant() != "FALSE",
            IsCloudVersioned = mapping.Find("files") is not null || mapping.Find("cloud") is not null || mapping.Find("version_id") is not null,
            RemoteName = (mapping.Find("remote") as YamlScalar)?.Text is { Length: > 0 } remote ? remote : null,
            IsPushed = (mapping.Find("push") as YamlScalar)?.Text.ToUpperInvariant() != "FALSE",
        };
    }

    public void Fail(string where, int line, string problem) =>
        _problems.Add(string.Create(CultureInfo.InvariantCulture, $"{file}, line {line}, {where}: {problem}."));

    public void ThrowIfAny()
    {
        if (_problems.Count > 0)
        {
            throw new DvcException(DvcErrorKind.BadInput, [.. _problems]);
        }
    }

    private string? Md5(YamlMapping mapping, string where)
    {
        if (mapping.Find("md5") is not YamlScalar { Kind: YamlKind.Text } scalar || scalar.Text.Length == 0)
        {
            return null;
        }

        var digits = scalar.Text.EndsWith(DirectoryObject.Suffix, StringComparison.Ordinal) ? scalar.Text.AsSpan(0, scalar.Text.Length - DirectoryObject.Suffix.Length) : scalar.Text;
        if (!Md5Hash.TryParse(digits, out _))
        {
            var hint = Md5Hash.TryParse(digits.ToString().ToLowerInvariant(), out _) ? "; DVC finds no object under upper-case digits, write them in lower case" : "";
            Fail(where + ".md5", scalar.Line, $"expected 32 lower-case hexadecimal digits and perhaps '.dir', got '{scalar.Text}'{hint}");
            return null;
        }

        return scalar.Text;
    }

    private void Keys(YamlMapping mapping, ImmutableDictionary<string, YamlKind[]> allowed, string prefix)
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

    private T? Wrong<T>(string where, YamlNode value, string expected, string hint = "")
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

    private static long? Number(YamlMapping mapping, string key) =>
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
