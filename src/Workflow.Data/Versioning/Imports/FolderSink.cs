using Workflow.Data.Storage;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Workspace;

namespace Workflow.Data.Versioning.Imports;

/// <summary>Writes imported content under its own names: the file or folder at <paramref name="target"/>, complete beside it before it gets that name.</summary>
internal sealed class FolderSink(RepositoryContext context, string target) : ContentSink, IDisposable
{
    private readonly SpoolFolder _spool = new(context.OwnFolder);

    private string Made => Path.Combine(_spool.Folder, "made");

    public override string NewFile() => _spool.NewFile();

    public override async Task<Md5Hash[]> TakeAsync(string root, IReadOnlyList<WorkspaceFile> files, CancellationToken cancellationToken)
    {
        var hashes = new Md5Hash[files.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = context.Jobs, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, files.Count), options, (i, token) =>
        {
            var from = Path.Combine(root, files[i].Path);
            var to = NewFile();
            using (var source = File.OpenHandle(from))
            using (var copy = ObjectStaging.Create(to))
            {
                hashes[i] = FileHasher.HashHandle(source, copy, token);
            }

            var after = PosixFiles.Stamp(from);
            if (after.Size != files[i].Stamp.Size || after.Modified != files[i].Stamp.Modified)
            {
                throw new DvcException($"'{from}' changed while it was read. Run the command again when nothing writes there.");
            }

            Place(files[i].Path == root ? "" : files[i].Path[(root.Length + 1)..], to);
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        return hashes;
    }

    public override Task TakeAsync(string name, string file, Md5Hash md5, CancellationToken cancellationToken)
    {
        Place(name, file);
        return Task.CompletedTask;
    }

    public override Task CompleteAsync(DirectoryObject? folder, CancellationToken cancellationToken)
    {
        if (folder is not null)
        {
            Directory.CreateDirectory(Made);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (Directory.Exists(target))
        {
            Directory.Move(target, Path.Combine(_spool.Folder, "replaced"));
        }

        if (folder is not null)
        {
            Directory.Move(Made, target);
        }
        else
        {
            File.Move(Path.Combine(Made, "file"), target, overwrite: true);
        }

        return Task.CompletedTask;
    }

    public void Dispose() => _spool.Dispose();

    // The file alone lies in a folder, too, so that its name cannot be one of the spool's.
    private void Place(string name, string file)
    {
        var place = Path.Combine(Made, name.Length == 0 ? "file" : name);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.Move(file, place);
    }
}
