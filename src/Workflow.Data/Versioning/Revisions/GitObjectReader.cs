using System.Globalization;
using System.Text;

namespace Workflow.Data.Versioning.Revisions;

/// <summary>Reads many objects of a git repository with few processes (<c>git cat-file --batch</c>).</summary>
internal sealed class GitObjectReader(GitProgram git)
{
    private const int ObjectsPerCall = 4096;

    /// <summary>Reads objects by any name that git takes. Names must not hold a line break.</summary>
    /// <returns>Name, id, type and content of every object that exists, in order.</returns>
    public async IAsyncEnumerable<GitObject> ReadAsync(IEnumerable<string> names, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var chunk in names.Chunk(ObjectsPerCall))
        {
            var input = Encoding.UTF8.GetBytes(string.Concat(chunk.Select(static n => n + "\n")));
            var answer = await git.RunAsync(["cat-file", "--batch"], input, [], cancellationToken).ConfigureAwait(false);
            var rest = answer.Output.AsMemory();
            foreach (var name in chunk)
            {
                // "<id> <type> <size>\n<content>\n", or "<name> missing\n"
                var lineEnd = rest.Span.IndexOf((byte)'\n');
                if (lineEnd < 0)
                {
                    throw new DvcException(DvcErrorKind.Environment, $"git cat-file ended before it came to '{name}'. Run git fsck.");
                }

                var header = Encoding.UTF8.GetString(rest.Span[..lineEnd]).Split(' ');
                rest = rest[(lineEnd + 1)..];
                if (header.Length == 3 && int.TryParse(header[2], NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size < rest.Length)
                {
                    yield return new GitObject(name, header[0], header[1], rest[..size]);
                    rest = rest[(size + 1)..];
                }
            }
        }
    }
}
