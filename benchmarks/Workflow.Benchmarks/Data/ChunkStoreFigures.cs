using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Workflow.Data.Chunking;
using Workflow.Data.Storage;
using Workflow.Numerics.Random;

namespace Workflow.Benchmarks.Data;

/// <summary>
/// The figures of the chunk store in CPU seconds, interleaved with SHA-256 alone and, where it is installed, <c>sha256sum</c>:
/// <c>Workflow.Benchmarks chunks [MiB] [rounds]</c>.
/// </summary>
internal static class ChunkStoreFigures
{
    public static async Task RunAsync(string[] arguments)
    {
        var mebibytes = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 512;
        var rounds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 5;
        var folder = Directory.CreateTempSubdirectory("workflow-chunks-").FullName;
        try
        {
            var content = new byte[mebibytes << 20];
            var random = new Philox(20_260_101, "figures");
            for (var i = 0; i < content.Length; i += 4)
            {
                BitConverter.TryWriteBytes(content.AsSpan(i), random.NextUInt32());
            }

            var source = Path.Combine(folder, "source");
            await File.WriteAllBytesAsync(source, content);
            for (var round = 0; round < rounds; round++)
            {
                Print("SHA-256 alone", content.Length, await MeasureAsync(() => Sha256(content)));
                Print("cutting alone", content.Length, await MeasureAsync(() => Cut(content, withHash: false)));
                Print("cutting + SHA-256", content.Length, await MeasureAsync(() => Cut(content, withHash: true)));
                Print("sha256sum", content.Length, await MeasureProgramAsync("sha256sum", source));
                var blobs = new FolderBlobStore(Path.Combine(folder, $"store{round}"));
                using (var store = new ChunkStore(blobs))
                {
                    Print("push from a file", content.Length, await MeasureAsync(() => store.UploadAsync([new ChunkFile("x", source)])));
                }

                using (var store = new ChunkStore(blobs))
                {
                    Print("no-op push", content.Length, await MeasureAsync(() => store.UploadAsync([new ChunkFile("x", source)])));
                    var target = Path.Combine(folder, "target");
                    Print("verified restore", content.Length, await MeasureAsync(() => store.DownloadAsync([new ChunkFile("x", target)], isDurable: false)));
                    Print("verification", content.Length, await MeasureAsync(() => store.VerifyAsync()));
                    File.Delete(target);
                }

                Directory.Delete(Path.Combine(folder, $"store{round}"), recursive: true);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task Sha256(byte[] content)
    {
        Span<byte> hash = stackalloc byte[32];
        for (var start = 0; start < content.Length; start += 1 << 16)
        {
            SHA256.HashData(content.AsSpan(start, Math.Min(1 << 16, content.Length - start)), hash);
        }

        return Task.CompletedTask;
    }

    private static Task Cut(byte[] content, bool withHash)
    {
        Span<byte> hash = stackalloc byte[32];
        for (var start = 0; start < content.Length;)
        {
            var length = GearChunking.FindCut(content.AsSpan(start), GearTable.Plain);
            if (withHash)
            {
                SHA256.HashData(content.AsSpan(start, length), hash);
            }

            start += length;
        }

        return Task.CompletedTask;
    }

    private static async Task<(double Cpu, double Wall)> MeasureAsync(Func<Task> work)
    {
        var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var start = TimeProvider.System.GetTimestamp();
        await work();
        var wall = TimeProvider.System.GetElapsedTime(start);
        process.Refresh();
        return ((process.TotalProcessorTime - cpu).TotalSeconds, wall.TotalSeconds);
    }

    private static async Task<(double Cpu, double Wall)> MeasureProgramAsync(string program, string argument)
    {
        if (!File.Exists(Path.Combine("/usr/bin", program)))
        {
            return (double.NaN, double.NaN);
        }

        var start = TimeProvider.System.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program, [argument]) { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.TotalProcessorTime.TotalSeconds, TimeProvider.System.GetElapsedTime(start).TotalSeconds);
    }

    private static void Print(string what, long bytes, (double Cpu, double Wall) time) => Console.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"{what,-20} {time.Cpu,7:0.00} CPU s {time.Wall,7:0.00} s   {bytes / 1e9 / time.Cpu,6:0.00} GB per CPU s {bytes / 1e9 / time.Wall,6:0.00} GB/s"));

    /// <summary>The least that a local store does: files, without flushing to disk, so that the disk is not what is measured.</summary>
    private sealed class FolderBlobStore(string folder) : IBlobStore
    {
        public string Location => folder;

        public Task<BlobInfo?> FindAsync(string name, CancellationToken cancellationToken = default) =>
            Task.FromResult(new FileInfo(PathOf(name)) is { Exists: true } file ? new BlobInfo(name, file.Length, file.LastWriteTimeUtc) : null);

        public Task<Stream> OpenReadAsync(string name, long offset = 0, long? length = null, CancellationToken cancellationToken = default) =>
            Task.FromResult<Stream>(new FileStream(PathOf(name), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0) { Position = offset });

        public async Task<bool> PutAsync(string name, Stream content, PutCondition condition = PutCondition.None, CancellationToken cancellationToken = default)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
            await using var file = new FileStream(PathOf(name), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            await content.CopyToAsync(file, 1 << 20, cancellationToken);
            return true;
        }

        public async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            if (!Directory.Exists(folder))
            {
                yield break;
            }

            foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                var name = Path.GetRelativePath(folder, path);
                if (name.StartsWith(prefix, StringComparison.Ordinal))
                {
                    yield return (await FindAsync(name, cancellationToken))!;
                }
            }
        }

        public Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        private string PathOf(string name) => Path.Combine(folder, name);
    }
}
