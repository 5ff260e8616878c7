using System.Text;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;

namespace Workflow.Data.Versioning.Workspace;

/// <summary>Lists the files of a folder as DVC sees them: ignored ones left out, links to folders not followed. Reads several folders at once.</summary>
/// <param name="root">The repository's root.</param>
/// <param name="rules">What is ignored.</param>
internal sealed class WorkspaceWalk(string root, IgnoreRules rules)
{
    // Below this many folders the threads cost more than they save.
    private const int ParallelFrom = 4;

    /// <summary>Lists the files below a folder.</summary>
    /// <param name="folder">Relative to the root, with <c>/</c>; empty for the root.</param>
    /// <param name="isTolerant">Whether entries that cannot be tracked are left out instead of refused.</param>
    /// <param name="cancellationToken">Observed per folder.</param>
    /// <param name="folders">Gets the folders below, each one after the one that it lies in.</param>
    /// <exception cref="DvcException">Names that cannot be kept, broken links, files that are no files: all of them at once.</exception>
    public List<WorkspaceFile> ListFiles(string folder, bool isTolerant, CancellationToken cancellationToken, ICollection<string>? folders = null)
    {
        var files = new List<WorkspaceFile>();
        var problems = new List<string>();
        for (var level = new List<string> { folder }; level.Count > 0;)
        {
            var listings = new Listing[level.Count];
            OnSeveral(level, i => listings[i] = List(level[i]), cancellationToken);
            var next = new List<string>();
            foreach (var listing in listings)
            {
                next.AddRange(listing.Folders);
                files.AddRange(listing.Files);
                problems.AddRange(listing.Problems);
            }

            next.ForEach(f => folders?.Add(f));
            level = next;
        }

        return problems.Count == 0 || isTolerant ? files : throw new DvcException(DvcErrorKind.BadInput, [.. problems]);
    }

    /// <summary>Does something for every folder of a level, on several threads when that pays.</summary>
    internal static void OnSeveral(IReadOnlyList<string> level, Action<int> visit, CancellationToken cancellationToken)
    {
        if (level.Count < ParallelFrom)
        {
            for (var i = 0; i < level.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                visit(i);
            }

            return;
        }

        try
        {
            Parallel.For(0, level.Count, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, visit);
        }
        catch (AggregateException exception)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }

    private Listing List(string folder)
    {
        var entries = new List<(string Name, FileStamp Stamp, bool IsLink)>();
        using (var reader = new FolderReader(Path.Combine(root, folder)))
        {
            while (reader.Read())
            {
                var name = Encoding.UTF8.GetString(reader.Name);
                var isWritable = !name.Contains('\uFFFD', StringComparison.Ordinal) || Encoding.UTF8.GetBytes(name).AsSpan().SequenceEqual(reader.Name);
                var stamp = !isWritable ? default : reader.Kind == FileKind.Folder ? new FileStamp(FileKind.Folder, 0, 0, 0, 0, 0, 0) : reader.Stamp(followLinks: false);
                var isLink = stamp.Kind == FileKind.SymbolicLink;
                entries.Add((name, isLink ? reader.Stamp(followLinks: true) : stamp, isLink));
            }
        }

        rules.Enter(folder, entries.Where(static e => e.Stamp.Kind == FileKind.Folder).Select(static e => e.Name));
        var listing = new Listing([], new List<WorkspaceFile>(entries.Count), []);
        var isPlain = rules.IsPlain(folder);
        foreach (var (name, stamp, isLink) in entries)
        {
            if (isPlain ? IgnoreRules.IsBuiltIn(name, stamp.Kind == FileKind.Folder) : rules.IsEntryIgnored(folder, name, stamp.Kind == FileKind.Folder))
            {
                continue;
            }

            var path = folder.Length == 0 ? name : $"{folder}/{name}";
            switch (stamp.Kind)
            {
                case FileKind.Folder when isLink:
                    break;
                case FileKind.Folder:
                    listing.Folders.Add(path);
                    break;
                case FileKind.File:
                    listing.Files.Add(new WorkspaceFile(path, stamp, isLink));
                    break;
                default:
                    listing.Problems.Add(Explain(path, isLink, stamp.Kind));
                    break;
            }
        }

        return listing;
    }

    private static string Explain(string path, bool isLink, FileKind kind) => kind switch
    {
        FileKind.Missing when isLink => $"'{path}' is a symbolic link to a file that does not exist. Remove it, or list it in .dvcignore.",
        FileKind.Missing when path.Contains('\uFFFD', StringComparison.Ordinal) => $"The name of '{path}' is not valid UTF-8, so DVC cannot record it. Rename the file.",
        FileKind.Missing => $"'{path}' went away while the folder was read. Run the command again when nothing writes there.",
        _ => $"'{path}' is neither a file nor a folder (a pipe, socket or device). Remove it, or list it in .dvcignore.",
    };

    private readonly record struct Listing(List<string> Folders, List<WorkspaceFile> Files, List<string> Problems);
}
