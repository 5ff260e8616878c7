using System.Collections.Immutable;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Parameters;
using Workflow.Data.Versioning.Templating;

namespace Workflow.Data.Versioning.Stages;

/// <summary>Reads the stages of a <c>dvc.yaml</c> and joins them with its <c>dvc.lock</c>.</summary>
internal static class PipelineReader
{
    internal const string FileName = "dvc.yaml";
    internal const string LockName = "dvc.lock";
    private const string DefaultParameters = "params.yaml";

    /// <summary>Reads one file and the lock beside it.</summary>
    /// <param name="files">Where they are read.</param>
    /// <param name="path">Of the <c>dvc.yaml</c>, relative to the root.</param>
    /// <param name="cancellationToken">Passed on.</param>
    /// <exception cref="DvcException">Everything that is wrong in both.</exception>
    public static async Task<ImmutableArray<PipelineStage>> ReadAsync(RepositoryState files, string path, CancellationToken cancellationToken)
    {
        var bytes = await files.ReadAsync(path, cancellationToken).ConfigureAwait(false) ?? throw new DvcException($"The file '{path}' does not exist.");
        var document = YamlReader.Read(path, bytes, out _, acceptsMergeKeys: true);
        if (document is null)
        {
            return [];
        }

        new PipelineCheck(path).Run(document);
        var lockPath = LockPathOf(path);
        var lockBytes = await files.ReadAsync(lockPath, cancellationToken).ConfigureAwait(false);
        var check = new LockCheck(lockPath);
        var locked = lockBytes is null ? null : check.Run(YamlReader.Read(lockPath, lockBytes, out _, acceptsMergeKeys: true));
        var resolved = await PipelineTemplate.ResolveAsync(files, path, YamlParameters.Of(document, path), cancellationToken).ConfigureAwait(false);
        return [.. resolved.Select(s => Read(files, path, s, locked?.Find(s.Name) as YamlMapping, check, lockPath))];
    }

    public static string LockPathOf(string path) => RepositoryPath.Join(RepositoryPath.FolderOf(path), LockName);

    private static PipelineStage Read(RepositoryState files, string path, ResolvedStage resolved, YamlMapping? locked, LockCheck check, string lockPath)
    {
        var definition = resolved.Definition;
        var where = $"{path}, stage '{resolved.Name}'";
        var command = definition.Find("cmd")!;
        var wdir = definition.Find("wdir")?.ToString() ?? "";
        var dependencies = check.Contents(locked, "deps");
        var outputs = check.Contents(locked, "outs");
        var recordedCommand = locked?.Find("cmd") is { } node ? YamlParameters.Of(node, lockPath) : null;
        return new PipelineStage
        {
            Name = resolved.Name,
            Group = resolved.Group,
            FilePath = path,
            WorkingDirectory = files.TryResolve(RepositoryPath.FolderOf(path), wdir) ?? throw new DvcException($"{where}: wdir '{wdir}' lies outside the repository."),
            Commands = command.Kind == ParameterKind.List ? [.. command.Items.Select(static c => c.ToString())]
                : [command.Kind == ParameterKind.Map ? CommandArguments.Of(command, where) : command.ToString()],
            HasCommandList = command.Kind == ParameterKind.List,
            Description = definition.Find("desc")?.ToString(),
            Dependencies = [.. (definition.Find("deps")?.Items ?? []).Select(d => Path(d, where)).Select(d => new StageDependency { Path = d, Recorded = Record(dependencies, d) })],
            Parameters = Parameters(definition, locked?.Find("params") as YamlMapping, where, lockPath),
            Outputs =
            [
                .. Outputs(definition, "outs", StageOutputKind.Output, outputs, where),
                .. Outputs(definition, "metrics", StageOutputKind.Metric, outputs, where),
                .. Outputs(definition, "plots", StageOutputKind.Plot, outputs, where),
            ],
            IsFrozen = definition.Find("frozen")?.IsTrue == true,
            IsAlwaysChanged = definition.Find("always_changed")?.IsTrue == true,
            IsRecorded = locked is not null,
            IsCommandChanged = recordedCommand is not null && !recordedCommand.Equals(command),
        };
    }

    private static string Path(ParameterValue value, string where) => value.Kind == ParameterKind.Text && value.ToString().Length > 0
        ? value.ToString()
        : throw new DvcException($"{where}: '{value}' is no path.");

    private static ContentRecord? Record(Dictionary<string, OutputFields> recorded, string path) =>
        recorded.GetValueOrDefault(path) is { Id: { } id } fields
            ? new ContentRecord { Id = id, Size = fields.Size, FileCount = fields.FileCount, IsExecutable = fields.IsExecutable, IsLegacy = fields.IsLegacy }
            : null;

    // A path that comes twice in one list is one output with the flags of both.
    private static IEnumerable<StageOutput> Outputs(ParameterValue definition, string key, StageOutputKind kind, Dictionary<string, OutputFields> recorded, string where)
    {
        var outputs = new OrderedDictionary<string, ParameterValue>(StringComparer.Ordinal);
        foreach (var item in definition.Find(key)?.Items ?? [])
        {
            foreach (var (path, flags) in item.Kind == ParameterKind.Map ? item.Members : [KeyValuePair.Create(item, ParameterValue.Map([]))])
            {
                var name = Path(path, where);
                outputs[name] = outputs.TryGetValue(name, out var before) ? ParameterValue.MapOfAny([.. flags.Members, .. before.Members.ExceptBy(flags.Members.Select(static m => m.Key), static m => m.Key)]) : flags;
            }
        }

        return outputs.Select(o => new StageOutput
        {
            Path = o.Key,
            Kind = kind,
            IsCached = o.Value.Find("cache")?.IsTrue ?? true,
            IsPersistent = o.Value.Find("persist")?.IsTrue ?? false,
            IsPushed = o.Value.Find("push")?.IsTrue ?? true,
            Remote = o.Value.Find("remote")?.ToString(),
            Recorded = Record(recorded, o.Key),
        });
    }

    private static ImmutableArray<StageParameters> Parameters(ParameterValue definition, YamlMapping? locked, string where, string lockPath)
    {
        var items = definition.Find("params")?.Items ?? [];
        var files = items.Where(static i => i.Kind == ParameterKind.Map).SelectMany(static i => i.Members).ToList();
        var whole = files.Where(static f => f.Value.Kind == ParameterKind.Null || (f.Value.Kind == ParameterKind.List && f.Value.Items.IsEmpty)).Select(static f => f.Key.ToString()).ToHashSet(StringComparer.Ordinal);
        var keys = new OrderedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            foreach (var (file, list) in item.Kind == ParameterKind.Map ? item.Members : [KeyValuePair.Create(ParameterValue.Of(DefaultParameters), ParameterValue.List([item]))])
            {
                var name = Path(file, where);
                if (item.Kind != ParameterKind.Map && whole.Contains(name))
                {
                    continue;
                }

                keys.TryAdd(name, []);
                if (!whole.Contains(name))
                {
                    keys[name].AddRange(list.Kind == ParameterKind.List ? list.Items.Select(static k => k.ToString()) : throw new DvcException($"{where}: expected a list of the keys of '{name}', got '{list}'."));
                }
            }
        }

        return [.. keys.Select(k => new StageParameters { Path = k.Key, Keys = [.. k.Value.Distinct(StringComparer.Ordinal)], Recorded = Recorded(locked, k.Key, k.Value, lockPath) })];
    }

    // Of a lock entry only the keys count that the stage names now.
    private static ParameterValue? Recorded(YamlMapping? locked, string file, List<string> keys, string lockPath)
    {
        if (locked?.Find(file) is not YamlMapping values)
        {
            return null;
        }

        var all = YamlParameters.Of(values, lockPath);
        return keys.Count == 0 ? all : ParameterValue.MapOfAny(all.Members.Where(m => keys.Contains(m.Key.ToString(), StringComparer.Ordinal)));
    }
}
