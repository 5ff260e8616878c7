using System.Runtime.ExceptionServices;
using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Workspace;

/// <summary>
/// Carries out the plans of a checkout. A file appears whole or not at all: it is made in a folder of ours and renamed into place, and a
/// folder that is new is made there as a whole. A process killed in between leaves only that folder, which the next one deletes.
/// </summary>
internal sealed class CheckoutWriter : IDisposable
{
    private const string FolderPrefix = "checkout-";
    private const int FilesPerTask = 128;
    private readonly RepositoryContext _context;
    private readonly LinkMaker _configured;
    private readonly LinkMaker _copies = new(["reflink", "copy"]);
    private readonly string _folder;
    private readonly ulong _device;
    private LinkMaker _links;
    private long _lastName;

    public CheckoutWriter(RepositoryContext context)
    {
        _context = context;
        _configured = new LinkMaker(context.Configuration.LinkTypes);
        _links = _configured;
        Directory.CreateDirectory(context.OwnFolder);
        foreach (var left in Directory.EnumerateDirectories(context.OwnFolder, FolderPrefix + "*"))
        {
            Directory.Delete(left, recursive: true);
        }

        _folder = Path.Combine(context.OwnFolder, $"{FolderPrefix}{Guid.NewGuid():n}");
        Directory.CreateDirectory(_folder);
        _device = PosixFiles.Stamp(_folder).Device;
    }

    /// <summary>Checks one output out.</summary>
    /// <param name="plan">A plan that can run.</param>
    /// <param name="cancellationToken">Observed between files.</param>
    /// <exception cref="DvcException">No configured type of link is possible here.</exception>
    public void Run(CheckoutPlan plan, CancellationToken cancellationToken)
    {
        var target = _context.FullPath(plan.Output.Path);

        // What was fetched for an import without content is not read-only: a link would let the workspace change it.
        _links = plan.Fetched is null ? _configured : _copies;
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var isBeside = PosixFiles.Stamp(Path.GetDirectoryName(target)!).Device != _device;
        if (plan.IsFolder && !plan.IsThere && !isBeside)
        {
            // A whole new folder: made aside, and there at once.
            var aside = NewName();
            Directory.CreateDirectory(aside);
            Make(plan.Added, path => aside + path[plan.Output.Path.Length..], isAside: true, cancellationToken);
            Directory.Move(aside, target);
            return;
        }

        foreach (var path in plan.Deleted)
        {
            File.Delete(_context.FullPath(path));
        }

        foreach (var folder in Enumerable.Reverse(plan.DeletedFolders))
        {
            DeleteEmpty(_context.FullPath(folder));
        }

        if (plan.IsFolder)
        {
            Directory.CreateDirectory(target);
        }

        foreach (var files in new[] { plan.Added, plan.Replaced, plan.Relinked })
        {
            Make(files, _context.FullPath, isAside: false, cancellationToken);
        }

        foreach (var path in plan.MadeExecutable)
        {
            MakeExecutable(_context.FullPath(path));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Make(List<CheckoutFile> files, Func<string, string> place, bool isAside, CancellationToken cancellationToken)
    {
        if (files.Count == 0)
        {
            return;
        }

        // Few folders hold many files: each is made once, before the workers begin.
        var folders = new HashSet<string>(StringComparer.Ordinal);
        var lookup = folders.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var file in files)
        {
            if (lookup.Add(file.Path.AsSpan(0, Math.Max(0, file.Path.LastIndexOf('/')))))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(place(file.Path))!);
            }
        }

        // The first file finds out which type of link is possible.
        MakeOne(files[0], place(files[0].Path), isAside);
        var blocks = (files.Count - 1 + FilesPerTask - 1) / FilesPerTask;
        try
        {
            Parallel.For(0, blocks, new ParallelOptions { MaxDegreeOfParallelism = _context.Jobs, CancellationToken = cancellationToken }, block =>
            {
                for (var i = 1 + (block * FilesPerTask); i < Math.Min(files.Count, 1 + ((block + 1) * FilesPerTask)); i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    MakeOne(files[i], place(files[i].Path), isAside);
                }
            });
        }
        catch (AggregateException exception)
        {
            // Workers that fail mostly fail for one reason, a full disk for example.
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }

    private void MakeOne(in CheckoutFile file, string target, bool isAside)
    {
        var temporary = isAside ? target : NewName();
        if (!isAside && PosixFiles.Stamp(Path.GetDirectoryName(target)!).Device != _device)
        {
            temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Guid.NewGuid():n}{AtomicFile.TemporarySuffix}");
        }

        try
        {
            var isCopy = _links.Make(file, temporary);
            if (file.IsExecutable && isCopy)
            {
                MakeExecutable(temporary);
            }

            if (!isAside)
            {
                File.Move(temporary, target, overwrite: true);
            }
        }
        catch when (!isAside)
        {
            File.Delete(temporary);
            throw;
        }
    }

    private string NewName() => Path.Combine(_folder, Interlocked.Increment(ref _lastName).ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static void MakeExecutable(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.UserExecute);
        }
    }

    private static void DeleteEmpty(string folder)
    {
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }
}
