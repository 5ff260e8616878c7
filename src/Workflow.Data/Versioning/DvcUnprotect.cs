using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Workspace;

namespace Workflow.Data.Versioning;

/// <summary>Turns links to the cache into files of their own that may be written.</summary>
internal sealed class DvcUnprotect(RepositoryContext context)
{
    private readonly WorkspaceWalk _walk = new(context.Root, new IgnoreRules(context.Root, skipsNestedRepositories: true));
    private readonly int _mode = FileModes.Unprotected(context.Configuration.SharedCache);

    /// <summary>Unprotects what targets name.</summary>
    /// <returns>The number of links that became files.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> targets, string folder, CancellationToken cancellationToken)
    {
        using var held = await DvcLock.AcquireAsync(context.DvcFolder, context.Configuration, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        var catalog = await new CatalogReader(context, new IgnoreRules(context.Root, skipsNestedRepositories: true)).ReadWorkspaceAsync(cancellationToken).ConfigureAwait(false);
        var problems = new List<string>();
        var paths = new List<string>();
        foreach (var target in targets)
        {
            var path = RepositoryPath.TryResolve(context.Root, folder, target.Length == 0 ? "." : target);
            if (path is null || !Path.Exists(context.FullPath(path)))
            {
                problems.Add($"'{target}' does not exist in the repository.");
            }
            else if (catalog.FindCovering(path) is not null)
            {
                paths.Add(path);
            }
            else if (catalog.Outputs.Where(o => RepositoryPath.IsInside(o.Path, path)).Select(static o => o.Path).ToList() is { Count: > 0 } inside)
            {
                paths.AddRange(inside);
            }
            else
            {
                problems.Add($"'{target}' is not tracked by DVC.");
            }
        }

        return problems.Count > 0
            ? throw new DvcException(DvcErrorKind.BadInput, [.. problems])
            : paths.Distinct(StringComparer.Ordinal).Sum(p => Unprotect(p, cancellationToken));
    }

    /// <summary>Unprotects a file or all files of a folder.</summary>
    /// <param name="path">Relative to the root. What is not there is left out.</param>
    /// <param name="cancellationToken">Observed between files.</param>
    /// <returns>The number of links that became files.</returns>
    public int Unprotect(string path, CancellationToken cancellationToken)
    {
        var kind = PosixFiles.Stamp(context.FullPath(path)).Kind;
        var files = kind switch
        {
            FileKind.Folder => _walk.ListFiles(path, isTolerant: true, cancellationToken).Select(static f => f.Path),
            FileKind.File => [path],
            _ => [],
        };
        var count = 0;
        foreach (var file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            count += UnprotectFile(context.FullPath(file)) ? 1 : 0;
        }

        return count;
    }

    private bool UnprotectFile(string path)
    {
        var isLink = PosixFiles.Stamp(path, followLinks: false).Kind == FileKind.SymbolicLink || PosixFiles.LinkCount(path) > 1;
        if (isLink)
        {
            var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():n}{AtomicFile.TemporarySuffix}");
            try
            {
                File.Copy(path, temporary);
                SetMode(temporary);
                File.Move(temporary, path, overwrite: true);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }
        }
        else
        {
            SetMode(path);
        }

        return isLink;
    }

    private void SetMode(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)_mode);
        }
    }
}
