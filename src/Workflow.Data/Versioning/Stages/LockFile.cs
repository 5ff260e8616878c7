using System.Text;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Parameters;

namespace Workflow.Data.Versioning.Stages;

/// <summary>Writes <c>dvc.lock</c>: entries of stages are replaced or appended, all others and their comments stay.</summary>
internal static class LockFile
{
    /// <summary>Makes the bytes of a lock file with new entries.</summary>
    /// <param name="path">The lock file, for messages.</param>
    /// <param name="bytes">What it holds now; null when there is none.</param>
    /// <param name="stages">The stages to record.</param>
    /// <exception cref="DvcException">The file is wrong, or holds what could not be written back as it is.</exception>
    public static byte[] Update(string path, byte[]? bytes, IEnumerable<PipelineStage> stages)
    {
        YamlMapping? document = null;
        if (bytes is not null)
        {
            document = YamlReader.Read(path, bytes, out var losesSomething);
            new LockCheck(path).Run(document);
            if (losesSomething)
            {
                throw new DvcException($"'{path}' holds anchors, tags, block texts or comments within lines, which cannot be written back. Remove them; DVC writes the file itself.");
            }
        }

        if (document is null)
        {
            document = new YamlMapping();
            document.Set("schema", YamlScalar.Of("2.0"));
        }

        if (document.Find("stages") is not YamlMapping { IsFlow: false } entries)
        {
            document.Set("stages", null);
            document.Set("stages", entries = new YamlMapping());
        }

        foreach (var stage in stages)
        {
            var entry = LockEntry.Of(stage);
            if (entries.Find(stage.Name) is not { } old || !YamlParameters.Of(old, path).Equals(entry))
            {
                entries.Set(stage.Name, YamlParameters.ToNode(entry));
            }
        }

        return Encoding.UTF8.GetBytes(YamlWriter.Write(document));
    }

    /// <summary>Records stages, each in the lock file beside its <c>dvc.yaml</c>, under the repository's lock.</summary>
    public static async Task RecordAsync(RepositoryContext context, IReadOnlyList<PipelineStage> stages, CancellationToken cancellationToken)
    {
        using var held = await DvcLock.AcquireAsync(context.DvcFolder, context.Configuration, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        await WriteAsync(context, stages, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records stages for a caller who holds the repository's lock.</summary>
    /// <returns>The lock files that changed, relative to the root.</returns>
    public static async Task<IReadOnlyList<string>> WriteAsync(RepositoryContext context, IReadOnlyList<PipelineStage> stages, CancellationToken cancellationToken)
    {
        var files = new List<(string Path, string FullPath, byte[]? Old, byte[] New)>();
        foreach (var group in stages.GroupBy(static s => PipelineReader.LockPathOf(s.FilePath), StringComparer.Ordinal))
        {
            var full = RepositoryPath.TryResolve(context.Root, context.Root, group.Key) is { } inside ? context.FullPath(inside) : throw new DvcException($"'{group.Key}' lies outside the repository '{context.Root}'.");
            var old = File.Exists(full) ? await File.ReadAllBytesAsync(full, cancellationToken).ConfigureAwait(false) : null;
            files.Add((group.Key, full, old, Update(group.Key, old, group)));
        }

        // All are made before the first is written: a stage that cannot be recorded changes nothing.
        var changed = new List<string>();
        foreach (var (path, full, old, bytes) in files)
        {
            if (old is null || !old.AsSpan().SequenceEqual(bytes))
            {
                await AtomicFile.WriteAllBytesAsync(full, bytes, cancellationToken).ConfigureAwait(false);
                changed.Add(path);
            }
        }

        return changed;
    }
}
