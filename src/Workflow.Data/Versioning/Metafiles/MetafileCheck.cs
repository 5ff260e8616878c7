using System.Collections.Immutable;
using System.Globalization;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Metafiles;

/// <summary>Checks the keys and values of one <c>.dvc</c> file and collects everything that is wrong.</summary>
internal sealed class MetafileCheck(string file) : NodeCheck(file)
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

    private static readonly ImmutableDictionary<string, YamlKind[]> DependencyKeys = OutputKeys.AddRange(new Dictionary<string, YamlKind[]> { ["repo"] = [], ["db"] = [], ["params"] = [] });

    private static readonly ImmutableDictionary<string, YamlKind[]> RepositoryKeys = new Dictionary<string, YamlKind[]>
    {
        ["url"] = [YamlKind.Text],
        ["rev"] = [YamlKind.Text],
        ["rev_lock"] = [YamlKind.Text],
        ["config"] = [],
        ["remote"] = [],
    }.ToImmutableDictionary(StringComparer.Ordinal);

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
    public OutputFields? Output(YamlNode node, int position, string list = "outs")
    {
        var where = string.Create(CultureInfo.InvariantCulture, $"{list}[{position}]");
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
            IsExecutable = mapping.Find("isexec") is YamlScalar { Text: ['t' or 'T', ..] },
            IsLegacy = hash is null && id is not null,
            HasForeignHash = hash is not (null or "md5"),
            IsCached = (mapping.Find("cache") as YamlScalar)?.Text.ToUpperInvariant() != "FALSE",
            IsCloudVersioned = mapping.Find("files") is not null || mapping.Find("cloud") is not null || mapping.Find("version_id") is not null,
            RemoteName = (mapping.Find("remote") as YamlScalar)?.Text is { Length: > 0 } remote ? remote : null,
            IsPushed = (mapping.Find("push") as YamlScalar)?.Text.ToUpperInvariant() != "FALSE",
        };
    }

    /// <summary>Checks where the content comes from.</summary>
    public ImmutableArray<MetafileDependency> Dependencies(YamlMapping document)
    {
        var dependencies = ImmutableArray.CreateBuilder<MetafileDependency>();
        var list = document.Find("deps") switch
        {
            YamlSequence found => found.Items,
            null or YamlScalar { Kind: YamlKind.Null } => [],
            var other => Wrong<List<YamlNode>>("deps", other, "a list") ?? [],
        };
        for (var i = 0; i < list.Count; i++)
        {
            var where = string.Create(CultureInfo.InvariantCulture, $"deps[{i}]");
            if (list[i] is not YamlMapping mapping)
            {
                Wrong<object>(where, list[i], "keys and values");
                continue;
            }

            Keys(mapping, DependencyKeys, where + ".");
            var repository = mapping.Find("repo") is { } node ? node as YamlMapping ?? Wrong<YamlMapping>(where + ".repo", node, "keys and values") : null;
            if (repository is not null)
            {
                Keys(repository, RepositoryKeys, where + ".repo.");
            }

            if (mapping.Find("path") is YamlScalar { Kind: YamlKind.Text } path)
            {
                var hash = (mapping.Find("hash") as YamlScalar)?.Text;
                var id = hash is null or "md5" ? Md5(mapping, where) : null;
                dependencies.Add(new MetafileDependency
                {
                    Path = path.Text,
                    Id = id,
                    IsLegacy = hash is null && id is not null,
                    RepositoryUrl = (repository?.Find("url") as YamlScalar)?.Text,
                    Revision = (repository?.Find("rev") as YamlScalar)?.Text,
                    LockedRevision = (repository?.Find("rev_lock") as YamlScalar)?.Text,
                    IsCloudVersioned = mapping.Find("files") is not null || mapping.Find("version_id") is not null,
                });
            }
        }

        return dependencies.ToImmutable();
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
}
