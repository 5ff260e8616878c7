using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Workflow.Data.Versioning;

/// <summary>The <c>git</c> program, asked about one repository. Safe for concurrent use.</summary>
/// <param name="folder">Where it runs: the DVC root, the repository's root or a folder in it.</param>
internal sealed class GitProgram(string folder)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Finds the root of the git repository around a folder.</summary>
    /// <returns>Null when there is none.</returns>
    public static string? FindRoot(string folder)
    {
        for (var current = new DirectoryInfo(folder); current is not null; current = current.Parent)
        {
            if (Path.Exists(Path.Combine(current.FullName, ".git")))
            {
                return current.FullName;
            }
        }

        return null;
    }

    /// <summary>Runs git and returns what it printed.</summary>
    /// <param name="arguments">As on a command line.</param>
    /// <param name="input">What it reads, or null.</param>
    /// <param name="allowedExitCodes">Besides 0.</param>
    /// <param name="cancellationToken">Ends git.</param>
    public async Task<GitAnswer> RunAsync(IEnumerable<string> arguments, byte[]? input, int[] allowedExitCodes, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("git")
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Utf8,
        };
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            throw new DvcException(DvcErrorKind.Environment, "The program 'git' was not found on the PATH. Install git, or use a repository made with --no-scm.", exception);
        }

        try
        {
            using var output = new MemoryStream();
            var reading = process.StandardOutput.BaseStream.CopyToAsync(output, cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await WriteInputAsync(process, input, cancellationToken).ConfigureAwait(false);
            await reading.ConfigureAwait(false);
            var message = await errors.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            if (process.ExitCode != 0 && Array.IndexOf(allowedExitCodes, process.ExitCode) < 0)
            {
                throw new DvcException(
                    DvcErrorKind.Environment,
                    $"'git {string.Join(' ', start.ArgumentList)}' in '{folder}' ended with code {process.ExitCode}: {message.Trim()}");
            }

            return new GitAnswer(process.ExitCode, output.ToArray());
        }
        catch when (cancellationToken.IsCancellationRequested)
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>Runs git with a list of paths on its input, each ended by a NUL.</summary>
    public Task<GitAnswer> RunWithPathsAsync(IEnumerable<string> arguments, IEnumerable<string> paths, int[] allowedExitCodes, CancellationToken cancellationToken) =>
        RunAsync(arguments, Utf8.GetBytes(string.Concat(paths.Select(static p => p + "\0"))), allowedExitCodes, cancellationToken);

    /// <summary>Puts files as they are into the index; those that are gone leave it.</summary>
    public Task StageAsync(IEnumerable<string> paths, CancellationToken cancellationToken) =>
        RunWithPathsAsync(["update-index", "--add", "--remove", "-z", "--stdin"], paths, [], cancellationToken);

    private static async Task WriteInputAsync(Process process, byte[]? input, CancellationToken cancellationToken)
    {
        try
        {
            if (input is not null)
            {
                await process.StandardInput.BaseStream.WriteAsync(input, cancellationToken).ConfigureAwait(false);
            }

            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read all: its exit code tells why.
        }
    }
}
