using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Parameters;

namespace Workflow.Data.Versioning.Stages;

/// <summary>Reads and writes <c>cache/runs/&lt;2 digits of key&gt;/&lt;key&gt;/&lt;value&gt;</c>: one lock entry per run.</summary>
internal sealed class RunCache(RepositoryContext context)
{
    private const int MaximumBytes = 64 << 20;
    private static readonly HashSet<string> Unhashed = new(["size", "nfiles"], StringComparer.Ordinal);

    /// <summary>Gets the key of a stage with the dependencies and parameters that it records.</summary>
    /// <returns>Null when DVC keeps no runs of such a stage: without dependencies or outputs, run always, with outputs that stay or lie outside.</returns>
    public string? KeyOf(PipelineStage stage)
    {
        var reads = stage.Dependencies.Length + stage.Parameters.Length;
        if (stage.IsAlwaysChanged || reads == 0 || stage.Outputs.IsEmpty || stage.Commands.All(static c => c.Length == 0)
            || stage.Dependencies.Any(static d => d.Recorded is null || d.Path.Contains("://", StringComparison.Ordinal))
            || stage.Parameters.Any(static p => p.Recorded is null)
            || stage.Outputs.Any(o => o.IsPersistent || RepositoryPath.TryResolve(context.Root, context.FullPath(stage.WorkingDirectory), o.Path) is null))
        {
            return null;
        }

        var entry = LockEntry.Of(stage);
        return Hash(ParameterValue.Map(entry.Members
            .Where(static m => m.Key.ToString() != "outs")
            .Select(static m => KeyValuePair.Create(m.Key.ToString(), m.Value))
            .Append(KeyValuePair.Create("outs", ParameterValue.List(entry.Find("outs")!.Items.Select(static o => o.Find("path")!))))));
    }

    /// <summary>Finds the newest run of a stage.</summary>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="DvcException">Its entry is damaged.</exception>
    public CachedRun? Find(PipelineStage stage, CancellationToken cancellationToken)
    {
        if (KeyOf(stage) is not { } key)
        {
            return null;
        }

        var folder = new DirectoryInfo(FolderOf(key));
        var newest = folder.Exists ? folder.EnumerateFiles().OrderByDescending(static f => f.LastWriteTimeUtc).ThenBy(static f => f.Name, StringComparer.Ordinal).FirstOrDefault() : null;
        if (newest is null)
        {
            return null;
        }

        if (newest.Length > MaximumBytes)
        {
            throw new DvcException($"The entry '{newest.FullName}' of the run cache has {newest.Length} bytes; it has at most {MaximumBytes}. Delete it.");
        }

        var document = YamlReader.Read(newest.FullName, File.ReadAllBytes(newest.FullName), out _) ?? throw new DvcException($"The entry '{newest.FullName}' of the run cache is empty. Delete it.");
        var check = new LockCheck(newest.FullName);
        check.CheckStage("", document);
        check.ThrowIfAny();
        var contents = check.Contents(document, "outs");
        var outputs = stage.Outputs.Select(o => o with { Recorded = contents.GetValueOrDefault(o.Path) is { Id: { } id } found ? Record(id, found) : null }).ToImmutableArray();
        var verifier = new ObjectVerifier(context.Cache);
        return new CachedRun
        {
            Key = key,
            Value = newest.Name,
            Outputs = outputs,
            IsRestorable = outputs.All(static o => o.Recorded is not null) && PipelineOutputs.Of(context.Root, stage with { Outputs = outputs }).All(o => verifier.HasAll(o, expected: null, cancellationToken)),
        };
    }

    /// <summary>Keeps the run that a stage records. The cache must hold the content of all its outputs.</summary>
    /// <returns>Whether DVC keeps runs of such a stage.</returns>
    public async Task<bool> SaveAsync(PipelineStage stage, CancellationToken cancellationToken)
    {
        if (KeyOf(stage) is not { } key)
        {
            return false;
        }

        var entry = LockEntry.Of(stage);
        var folder = FolderOf(key);
        var path = Path.Combine(folder, Hash(entry));
        if (!File.Exists(path))
        {
            context.Cache.CreateFolder(folder);
            await AtomicFile.WriteAllBytesAsync(path, Encoding.UTF8.GetBytes(YamlWriter.Write((YamlMapping)YamlParameters.ToNode(entry))), cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    private string FolderOf(string key) => Path.Combine(context.Cache.Folder, "runs", key[..2], key);

    private static ContentRecord Record(string id, OutputFields fields) =>
        new() { Id = id, Size = fields.Size, FileCount = fields.FileCount, IsExecutable = fields.IsExecutable, IsLegacy = fields.IsLegacy };

    private static string Hash(ParameterValue value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(PythonText.Json(Without(value)))));

    private static ParameterValue Without(ParameterValue value) => value.Kind switch
    {
        ParameterKind.Map => ParameterValue.MapOfAny(value.Members.Where(static m => !Unhashed.Contains(m.Key.ToString())).Select(static m => KeyValuePair.Create(m.Key, Without(m.Value)))),
        ParameterKind.List => ParameterValue.List(value.Items.Select(Without)),
        _ => value,
    };
}
