using System.IO.Enumeration;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;

namespace Workflow.Data.Versioning.Workspace;

/// <summary>Lists the files of a folder as DVC sees them: ignored ones left out, links to folders not followed.</summary>
/// <param name="root">The repository's root.</param>
/// <param name="rules">What is ignored.</param>
internal sealed class WorkspaceWalk(string root, IgnoreRules rules)
{
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
        var pending = new Stack<string>();
        pending.Push(folder);
        while (pending.TryPop(out var current))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var name in Names(Path.Combine(root, current)))
            {
                var path = current.Length == 0 ? name : $"{current}/{name}";
                var full = Path.Combine(root, path);
                var stamp = PosixFiles.Stamp(full, followLinks: false);
                var isLink = stamp.Kind == FileKind.SymbolicLink;
                if (isLink)
                {
                    stamp = PosixFiles.Stamp(full);
                }

                if (rules.IsEntryIgnored(current, name, stamp.Kind == FileKind.Folder))
                {
                    continue;
                }

                switch (stamp.Kind)
                {
                    case FileKind.Folder when isLink:
                        break;
                    case FileKind.Folder:
                        pending.Push(path);
                        folders?.Add(path);
                        break;
                    case FileKind.File:
                        files.Add(new WorkspaceFile(path, stamp, isLink));
                        break;
                    default:
                        if (isTolerant)
                        {
                            break;
                        }

                        problems.Add(Explain(path, isLink, stamp.Kind));
                        break;
                }
            }
        }

        return problems.Count == 0 ? files : throw new DvcException(DvcErrorKind.BadInput, [.. problems]);
    }

    private static FileSystemEnumerable<string> Names(string folder) => new(
        folder,
        static (ref FileSystemEntry entry) => entry.FileName.ToString(),
        new EnumerationOptions { AttributesToSkip = FileAttributes.None, RecurseSubdirectories = false, ReturnSpecialDirectories = false, IgnoreInaccessible = false });

    private static string Explain(string path, bool isLink, FileKind kind) => kind switch
    {
        FileKind.Missing when isLink => $"'{path}' is a symbolic link to a file that does not exist. Remove it, or list it in .dvcignore.",
        FileKind.Missing when path.Contains('\uFFFD', StringComparison.Ordinal) => $"The name of '{path}' is not valid UTF-8, so DVC cannot record it. Rename the file.",
        FileKind.Missing => $"'{path}' went away while the folder was read. Run the command again when nothing writes there.",
        _ => $"'{path}' is neither a file nor a folder (a pipe, socket or device). Remove it, or list it in .dvcignore.",
    };
}
