using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace Workflow.Data.Versioning.Metafiles;

/// <summary>The outputs of the stages of a <c>dvc.yaml</c>, with the content that <c>dvc.lock</c> records for them. Read only.</summary>
internal static class PipelineOutputs
{
    public static ImmutableArray<TrackedOutput> Read(string root, string path, byte[] yaml, byte[]? lockYaml)
    {
        var lockPath = RepositoryPath.Join(RepositoryPath.FolderOf(path), "dvc.lock");
        var stages = YamlReader.Read(path, yaml, out _)?.Find("stages") as YamlMapping;
        var locked = lockYaml is null ? null : YamlReader.Read(lockPath, lockYaml, out _)?.Find("stages") as YamlMapping;
        var outputs = ImmutableArray.CreateBuilder<TrackedOutput>();
        foreach (var (name, node) in stages?.Entries ?? [])
        {
            if (node is not YamlMapping stage)
            {
                throw new DvcException($"{path}, line {node.Line}: expected the keys of stage '{name.Text}'.");
            }

            var body = stage.Find("do") as YamlMapping ?? stage;
            var declared = Declared(body);
            var isRepeated = stage.Find("foreach") is not null || stage.Find("matrix") is not null;
            if (isRepeated || Wdir(body).Contains("${", StringComparison.Ordinal) || declared.Exists(static d => d.Path.Contains("${", StringComparison.Ordinal)))
            {
                AddResolved(outputs, root, path, name.Text, body, declared, locked);
            }
            else
            {
                var recorded = Recorded(locked?.Find(name.Text) as YamlMapping);
                foreach (var output in declared)
                {
                    outputs.Add(Make(root, path, Wdir(body), output, recorded.GetValueOrDefault(output.Path)) with { StageName = name.Text });
                }
            }
        }

        return outputs.ToImmutable();
    }

    // Templates are not evaluated: what they made when the stage ran is in the lock file.
    private static void AddResolved(
        ImmutableArray<TrackedOutput>.Builder outputs, string root, string path, string name, YamlMapping body, List<Declaration> declared, YamlMapping? locked)
    {
        if (Wdir(body).Contains("${", StringComparison.Ordinal))
        {
            throw new DvcException($"{path}, stage '{name}': a template (${{…}}) in wdir cannot be evaluated here.");
        }

        foreach (var (stage, node) in locked?.Entries ?? [])
        {
            if (stage.Text != name && !stage.Text.StartsWith(name + "@", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var (output, recorded) in Recorded(node as YamlMapping))
            {
                outputs.Add(Make(root, path, Wdir(body), declared.Find(d => IsMadeFrom(d.Path, output)) with { Path = output }, recorded) with { StageName = stage.Text });
            }
        }
    }

    // Every ${…} may have become anything.
    private static bool IsMadeFrom(string template, string output)
    {
        var pattern = new StringBuilder("^");
        for (var at = 0; at < template.Length;)
        {
            var open = template.IndexOf("${", at, StringComparison.Ordinal);
            var close = open < 0 ? -1 : template.IndexOf('}', open);
            pattern.Append(Regex.Escape(close < 0 ? template[at..] : template[at..open])).Append(close < 0 ? "" : ".*");
            at = close < 0 ? template.Length : close + 1;
        }

        return Regex.IsMatch(output, pattern.Append('$').ToString(), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }

    private static string Wdir(YamlMapping stage) => (stage.Find("wdir") as YamlScalar)?.Text ?? "";

    private static List<Declaration> Declared(YamlMapping stage)
    {
        var declared = new List<Declaration>();
        foreach (var list in new[] { "outs", "metrics", "plots" })
        {
            foreach (var item in (stage.Find(list) as YamlSequence)?.Items ?? [])
            {
                if (item is YamlScalar plain)
                {
                    declared.Add(new Declaration(plain.Text, IsCached: true, IsPushed: true, RemoteName: null));
                }
                else if (item is YamlMapping { Entries: [var entry, ..] })
                {
                    var flags = entry.Value as YamlMapping;
                    declared.Add(new Declaration(entry.Key.Text, !IsFalse(flags, "cache"), !IsFalse(flags, "push"), (flags?.Find("remote") as YamlScalar)?.Text));
                }
            }
        }

        return declared;
    }

    private static bool IsFalse(YamlMapping? flags, string key) => flags?.Find(key) is YamlScalar scalar && scalar.Text.Equals("false", StringComparison.OrdinalIgnoreCase);

    private static Dictionary<string, YamlMapping> Recorded(YamlMapping? lockedStage)
    {
        var recorded = new Dictionary<string, YamlMapping>(StringComparer.Ordinal);
        foreach (var item in (lockedStage?.Find("outs") as YamlSequence)?.Items.OfType<YamlMapping>() ?? [])
        {
            if (item.Find("path") is YamlScalar path)
            {
                recorded[path.Text] = item;
            }
        }

        return recorded;
    }

    private static TrackedOutput Make(string root, string metafile, string wdir, Declaration output, YamlMapping? recorded)
    {
        var path = RepositoryPath.TryResolve(root, Path.Combine(root, RepositoryPath.FolderOf(metafile), wdir), output.Path)
            ?? (output.IsCached ? throw new DvcException($"{metafile}: the output '{output.Path}' lies outside the repository.") : "");
        OutputFields? fields = null;
        if (recorded is not null)
        {
            var check = new MetafileCheck(RepositoryPath.Join(RepositoryPath.FolderOf(metafile), "dvc.lock"));
            fields = check.Output(recorded, 0);
            check.ThrowIfAny();
        }

        return new TrackedOutput
        {
            Path = path,
            MetafilePath = metafile,
            Position = 0,
            Id = fields?.Id,
            Size = fields?.Size,
            FileCount = fields?.FileCount,
            IsLegacy = fields?.IsLegacy ?? false,
            HasForeignHash = fields?.HasForeignHash ?? false,
            IsCached = output.IsCached && path.Length > 0,
            IsCloudVersioned = fields?.IsCloudVersioned ?? false,
            IsFromPipeline = true,
            IsPushed = output.IsPushed,
            RemoteName = output.RemoteName,
            IsExecutable = fields?.IsExecutable ?? false,
        };
    }

    private readonly record struct Declaration(string Path, bool IsCached, bool IsPushed, string? RemoteName);
}
