using Workflow.Data.Storage;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Transfers;

namespace Workflow.Data.Versioning.Imports;

/// <summary>Takes data of a repository without importing it. It is complete beside its place before it gets its name.</summary>
internal sealed class DvcGet(DataGetOptions options, TimeProvider timeProvider, IProgress<TransferProgress>? progress)
{
    private const int JobsPerProcessor = 4;

    public async Task<string> RunAsync(string url, string path, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(options.WorkingDirectory ?? ".");
        var name = RepositoryPath.NameOf(path.TrimEnd('/'));
        var target = Path.GetFullPath(options.Output ?? name, folder);
        if (options.Output is not null && Directory.Exists(target))
        {
            target = Path.Combine(target, name);
        }

        if (!options.Force && Path.Exists(target))
        {
            throw new DvcException($"'{target}' exists. Replace it with --force, or name another place (--out).");
        }

        var parent = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(parent);
        var work = Path.Combine(parent, $".{Guid.NewGuid():n}{AtomicFile.TemporarySuffix}");
        Directory.CreateDirectory(work);
        try
        {
            await DvcInit.RunAsync(work, new DataInitOptions { NoScm = true }, cancellationToken).ConfigureAwait(false);
            var context = RepositoryContext.Load(work, timeProvider, providers: options.Providers);
            using var source = await SourceRepository.CloneAsync(url, options.Revision, folder, (timeProvider, options.Providers), cancellationToken).ConfigureAwait(false);
            var content = new SourceContent(context, source, new TransferMeter(progress, timeProvider), options.Jobs ?? JobsPerProcessor * Environment.ProcessorCount) { RemoteName = options.Remote };
            var recorded = await content.FetchAsync(path, cancellationToken).ConfigureAwait(false);
            var made = Path.Combine(work, "content");
            Make(context, recorded.Id, made);
            Replace(made, target, Path.Combine(work, "replaced"));
            return target;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>Writes content of the cache under its own names.</summary>
    internal static void Make(RepositoryContext context, string id, string made)
    {
        if (!id.EndsWith(DirectoryObject.Suffix, StringComparison.Ordinal))
        {
            Take(context, id, made);
            return;
        }

        Directory.CreateDirectory(made);
        foreach (var entry in context.Cache.TryReadDirectory(id, isLegacy: false, asksRemote: false)!.Entries)
        {
            var file = Path.Combine(made, entry.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            Take(context, entry.Md5.ToString(), file);
        }
    }

    // The cache is thrown away, but a content may be wanted twice.
    private static void Take(RepositoryContext context, string id, string path)
    {
        File.Copy(context.Cache.PathOf(id), path);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }
    }

    private static void Replace(string made, string target, string replaced)
    {
        if (Directory.Exists(target))
        {
            Directory.Move(target, replaced);
        }
        else if (File.Exists(target))
        {
            File.Move(target, replaced);
        }

        if (Directory.Exists(made))
        {
            Directory.Move(made, target);
        }
        else
        {
            File.Move(made, target);
        }
    }
}
