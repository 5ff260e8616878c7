using System.Text;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Workspace;

/// <summary>
/// Answers for a tracked folder, mostly unchanged, what its id is: reads names and stamps only and compares them with the hash index,
/// folder by folder, on several threads, without a list of its files. Gives up at the first difference.
/// </summary>
internal sealed class FolderProbe(string root, IgnoreRules rules, HashIndex index)
{
    /// <summary>Gets the id of an unchanged folder.</summary>
    /// <returns>Null when something may have changed: then list and hash.</returns>
    public Md5Hash? TryFindId(string folder, CancellationToken cancellationToken)
    {
        if (index.FindId(folder) is not { } id)
        {
            return null;
        }

        var isPlain = rules.IsPlain(RepositoryPath.FolderOf(folder));
        var matched = 0;
        var hasChanged = false;
        for (var level = new List<string> { folder }; level.Count > 0 && !Volatile.Read(ref hasChanged);)
        {
            var children = new List<string>?[level.Count];
            WorkspaceWalk.OnSeveral(level, i =>
            {
                if (Volatile.Read(ref hasChanged))
                {
                    return;
                }

                if (Match(level[i], isPlain, out var files) is { } found)
                {
                    children[i] = found;
                    Interlocked.Add(ref matched, files);
                }
                else
                {
                    Volatile.Write(ref hasChanged, true);
                }
            }, cancellationToken);
            level = [.. children.SelectMany(static c => c ?? [])];
        }

        return !hasChanged && matched == id.FileCount ? id.Md5 : null;
    }

    // Null: something differs, or is not decided here.
    private List<string>? Match(string folder, bool isPlain, out int files)
    {
        files = 0;
        var children = new List<string>();
        var entries = index.FolderAt(folder);
        using var reader = new FolderReader(Path.Combine(root, folder));
        while (reader.Read())
        {
            // Lists of rules, and folders that are repositories of their own, change what counts.
            if (reader.Name.SequenceEqual(".dvcignore"u8) || reader.Name.SequenceEqual(".dvc"u8))
            {
                return null;
            }

            var stamp = reader.Kind == FileKind.Folder ? default : reader.Stamp(followLinks: false);
            var kind = reader.Kind == FileKind.Folder ? FileKind.Folder : stamp.Kind;
            if (IsIgnored(folder, reader.Name, kind, isPlain))
            {
                continue;
            }

            if (kind == FileKind.Folder)
            {
                var name = Encoding.UTF8.GetString(reader.Name);
                children.Add($"{folder}/{name}");
                continue;
            }

            if (kind == FileKind.SymbolicLink)
            {
                stamp = reader.Stamp(followLinks: true);
                if (stamp.Kind == FileKind.Folder)
                {
                    continue;
                }
            }

            if (stamp.Kind != FileKind.File || entries?.Matches(reader.Name, stamp) != true)
            {
                return null;
            }

            files++;
        }

        return children;
    }

    private bool IsIgnored(string folder, ReadOnlySpan<byte> name, FileKind kind, bool isPlain) => isPlain
        ? name.Length <= 4 && name.StartsWith(".git"u8) || (kind == FileKind.Folder && name.SequenceEqual(".hg"u8))
        : rules.IsEntryIgnored(folder, Encoding.UTF8.GetString(name), kind == FileKind.Folder);
}
