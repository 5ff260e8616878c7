using System.Text;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Ignoring;

namespace Workflow.Data.Versioning;

/// <summary>Creates a repository: the files of <c>dvc init</c>, byte for byte.</summary>
internal static class DvcInit
{
    private const string IgnoreText = """
        # Add patterns of files dvc should ignore, which could improve
        # the performance. Learn more at
        # https://dvc.org/doc/user-guide/dvcignore

        """;

    public static async Task RunAsync(string root, DataInitOptions options, CancellationToken cancellationToken)
    {
        if (options is { NoScm: true, Subdir: true })
        {
            throw new ArgumentException("NoScm and Subdir (--no-scm and --subdir) exclude each other: a subfolder needs the git repository around it.", nameof(options));
        }

        var dvcFolder = Path.Combine(root, RepositoryContext.DvcFolderName);
        var gitRoot = options.NoScm ? null : GitProgram.FindRoot(root);
        if (!options.NoScm && (gitRoot is null || (!options.Subdir && gitRoot != root)))
        {
            throw new DvcException(gitRoot is null
                ? $"'{root}' is not in a git repository. Run git init first, or use --no-scm."
                : $"'{root}' is not the root of its git repository, '{gitRoot}'. Initialise there, or use --subdir.");
        }

        var git = gitRoot is null ? null : new GitProgram(root);
        if (git is not null)
        {
            var ignored = await git.RunAsync(["check-ignore", "-q", "--no-index", RepositoryContext.DvcFolderName], input: null, [1], cancellationToken).ConfigureAwait(false);
            if (ignored.ExitCode == 0)
            {
                throw new DvcException($"git ignores '{dvcFolder}'. Add the line '!.dvc' to .gitignore.");
            }
        }

        if (Directory.Exists(dvcFolder))
        {
            if (!options.Force)
            {
                throw new DvcException($"'{dvcFolder}' exists. Use --force to replace it; that deletes its cache.");
            }

            Directory.Delete(dvcFolder, recursive: true);
        }

        await WriteAsync(root, git, options, cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteAsync(string root, GitProgram? git, DataInitOptions options, CancellationToken cancellationToken)
    {
        // The config file makes the folder a repository: it comes last.
        var dvcFolder = Path.Combine(root, RepositoryContext.DvcFolderName);
        Directory.CreateDirectory(dvcFolder);
        var ignore = Path.Combine(root, IgnoreRules.FileName);
        if (!File.Exists(ignore))
        {
            await AtomicFile.WriteAllBytesAsync(ignore, Encoding.ASCII.GetBytes(IgnoreText.ReplaceLineEndings("\n")), cancellationToken).ConfigureAwait(false);
        }

        if (git is not null)
        {
            await AtomicFile.WriteAllBytesAsync(Path.Combine(dvcFolder, ".gitignore"), "/config.local\n/tmp\n/cache\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        }

        var config = options.NoScm ? "[core]\n    no_scm = True\n"u8.ToArray() : [];
        await AtomicFile.WriteAllBytesAsync(Path.Combine(dvcFolder, "config"), config, cancellationToken).ConfigureAwait(false);
        if (git is not null)
        {
            await git.RunAsync(["add", "--", ".dvc/config", ".dvc/.gitignore", IgnoreRules.FileName], input: null, [], cancellationToken).ConfigureAwait(false);
        }
    }
}
