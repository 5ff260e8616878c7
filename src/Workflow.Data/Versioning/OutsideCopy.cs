using Workflow.Data.Storage;

namespace Workflow.Data.Versioning;

/// <summary>Copies data from outside of a repository into it (<c>dvc add --out</c>): made aside and renamed into place, so it is there whole or not at all.</summary>
internal sealed class OutsideCopy
{
    private const string FolderPrefix = "outside-";
    private readonly string _target;

    private OutsideCopy(string target) => _target = target;

    /// <summary>Copies.</summary>
    /// <param name="context">The repository, whose lock the caller holds.</param>
    /// <param name="source">A full path. Links to files are followed, links to folders refused.</param>
    /// <param name="target">A full path at which nothing is yet.</param>
    /// <param name="cancellationToken">Observed between files.</param>
    /// <exception cref="DvcException">The source is missing or holds what is no file, or the target exists or lies outside.</exception>
    public static OutsideCopy Make(RepositoryContext context, string source, string target, CancellationToken cancellationToken)
    {
        var path = RepositoryPath.TryResolve(context.Root, context.Root, target);
        if (string.IsNullOrEmpty(path))
        {
            throw new DvcException($"'{target}' lies outside the repository '{context.Root}'.");
        }

        if (PosixFiles.Stamp(target, followLinks: false).Kind != FileKind.Missing)
        {
            throw new DvcException($"'{path}' exists. Move it away, or choose another name.");
        }

        if (RepositoryPath.TryResolve(source, source, target) is not null)
        {
            throw new DvcException($"'{path}' lies in '{source}', which cannot be copied into itself.");
        }

        for (var above = RepositoryPath.FolderOf(path); above.Length > 0; above = RepositoryPath.FolderOf(above))
        {
            if (PosixFiles.Stamp(context.FullPath(above), followLinks: false).Kind is FileKind.SymbolicLink or FileKind.File)
            {
                throw new DvcException($"'{above}' is no folder of the repository's own: nothing is copied into it.");
            }
        }

        Directory.CreateDirectory(context.OwnFolder);
        foreach (var left in Directory.EnumerateDirectories(context.OwnFolder, FolderPrefix + "*"))
        {
            Directory.Delete(left, recursive: true);
        }

        var aside = Path.Combine(context.OwnFolder, $"{FolderPrefix}{Guid.NewGuid():n}");
        Directory.CreateDirectory(aside);
        try
        {
            var made = Path.Combine(aside, "data");
            Copy(source, made, cancellationToken);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            Directory.Move(made, target);
        }
        finally
        {
            Directory.Delete(aside, recursive: true);
        }

        return new OutsideCopy(target);
    }

    /// <summary>Takes the copy back.</summary>
    public void Delete()
    {
        if (Directory.Exists(_target))
        {
            Directory.Delete(_target, recursive: true);
        }
        else
        {
            File.Delete(_target);
        }
    }

    private static void Copy(string source, string target, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var own = PosixFiles.Stamp(source, followLinks: false).Kind;
        switch (own == FileKind.SymbolicLink ? PosixFiles.Stamp(source).Kind : own)
        {
            case FileKind.File:
                using (var from = File.OpenRead(source))
                using (var to = new FileStream(target, FileMode.CreateNew, FileAccess.Write))
                {
                    from.CopyTo(to);
                }

                break;
            case FileKind.Folder when own == FileKind.Folder:
                Directory.CreateDirectory(target);
                foreach (var entry in Directory.EnumerateFileSystemEntries(source))
                {
                    Copy(entry, Path.Combine(target, Path.GetFileName(entry)), cancellationToken);
                }

                break;
            case FileKind.Missing:
                throw new DvcException($"'{source}' does not exist.");
            default:
                throw new DvcException($"'{source}' is neither a file nor a folder of its own (a link to a folder, a pipe, socket or device). Copy its content by hand.");
        }
    }
}
