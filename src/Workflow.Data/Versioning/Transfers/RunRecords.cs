using System.Buffers;
using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>The records of runs (<c>runs/ab/abcd…/0123…</c>), which say what a command made of which inputs.</summary>
internal sealed class RunRecords(RepositoryContext context, ObjectRemote remote, TransferMeter meter, int jobs)
{
    private const string Prefix = "runs/";
    private const int HashLength = 64;
    private const int MaximumBytes = 16 << 20;
    private const int RecordMode = 0b110_100_100;
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    public async Task PushAsync(CancellationToken cancellationToken)
    {
        var there = await ListRemoteAsync(cancellationToken).ConfigureAwait(false);
        var missing = ListCache().Where(n => !there.Contains(n)).ToList();
        await RunAsync(missing, async (name, token) =>
        {
            var content = await File.ReadAllBytesAsync(PathOf(name), token).ConfigureAwait(false);
            using var stream = new MemoryStream(content);
            await remote.Store.PutAsync(name, stream, PutCondition.None, token).ConfigureAwait(false);
            if (remote.Store is LocalBlobStore local && !OperatingSystem.IsWindows())
            {
                // DVC leaves records writable, in a folder too.
                File.SetUnixFileMode(Path.Combine(local.Location, name), (UnixFileMode)RecordMode);
            }

            meter.Add(content.Length);
        }, cancellationToken).ConfigureAwait(false);
    }

    public async Task FetchAsync(CancellationToken cancellationToken)
    {
        var there = ListCache().ToHashSet(StringComparer.Ordinal);
        var missing = (await ListRemoteAsync(cancellationToken).ConfigureAwait(false)).Where(n => !there.Contains(n)).ToList();
        await RunAsync(missing, async (name, token) =>
        {
            var stream = await remote.Store.OpenReadAsync(name, cancellationToken: token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                if (stream.Length > MaximumBytes)
                {
                    throw new DvcException($"The record of a run '{name}' in the {remote.Shown} has {stream.Length} bytes; more than {MaximumBytes} is none.");
                }

                var content = new byte[stream.Length];
                await stream.ReadExactlyAsync(content, token).ConfigureAwait(false);
                await AtomicFile.WriteAllBytesAsync(PathOf(name), content, token).ConfigureAwait(false);
                meter.Add(content.Length);
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsRecord(string name)
    {
        var parts = name.Split('/');
        return parts is ["runs", { Length: 2 } start, { Length: HashLength } key, { Length: HashLength } value]
            && key.StartsWith(start, StringComparison.Ordinal) && !key.AsSpan().ContainsAnyExcept(Hex) && !value.AsSpan().ContainsAnyExcept(Hex);
    }

    private async Task RunAsync(List<string> names, Func<string, CancellationToken, Task> transfer, CancellationToken cancellationToken)
    {
        meter.Expect(names.Count);
        var options = new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(names, options, async (name, token) =>
        {
            await transfer(name, token).ConfigureAwait(false);
            meter.Finish();
        }).ConfigureAwait(false);
    }

    private IEnumerable<string> ListCache()
    {
        var folder = Path.Combine(context.Cache.Folder, "runs");
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(p => Prefix + Path.GetRelativePath(folder, p).Replace(Path.DirectorySeparatorChar, '/')).Where(IsRecord)
            : [];
    }

    private async Task<HashSet<string>> ListRemoteAsync(CancellationToken cancellationToken)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var blob in remote.Store.ListAsync(Prefix, cancellationToken).ConfigureAwait(false))
        {
            if (IsRecord(blob.Name))
            {
                names.Add(blob.Name);
            }
        }

        return names;
    }

    private string PathOf(string name) => Path.Combine(context.Cache.Folder, name.Replace('/', Path.DirectorySeparatorChar));
}
