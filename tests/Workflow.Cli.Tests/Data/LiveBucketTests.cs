using System.Security.Cryptography;
using Workflow.Data.S3;
using Workflow.Servers;

namespace Workflow.Cli.Tests.Data;

/// <summary>
/// The tool pushes to and pulls from a bucket of a real server, the real DVC to and from a folder whose files are those of a bucket: the
/// peers hold no dvc-s3, and DVC's keys are the same everywhere. What dvc-s3 itself leaves in a bucket is in <see cref="Golden.GoldenBucketTests"/>.
/// </summary>
public sealed class LiveBucketTests
{
    [Fact]
    public async Task What_one_pushes_the_other_pulls_and_both_leave_the_same_keys()
    {
        var peers = Environment.GetEnvironmentVariable("WORKFLOW_PEERS")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "workflow-peers");
        var dvc = Path.Combine(peers, "bin", "dvc");
        Assert.SkipUnless(File.Exists(dvc), $"needs the real DVC at '{dvc}': ../shared/peers/install.sh DIRECTORY, then WORKFLOW_PEERS=DIRECTORY");
        var endpoint = await MotoServer.RequireAsync();
        using var folder = new ToolFolder();

        // From one and the same repository.
        using var ours = await CreateAsync(endpoint);
        using var mirror = await CreateAsync(endpoint);
        Directory.CreateDirectory(folder["repo"]);
        await ToolAsync(folder, "repo", "data", "init", "--no-scm");
        foreach (var (path, text) in new[] { ("d/x", "one"), ("d/ü/😀", "two"), ("d/empty", ""), ("f", new string('z', 100_000)), ("large", string.Concat(Enumerable.Range(0, 2_000_000).Select(static i => (char)('a' + (i * i % 23))))) })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder["repo", path])!);
            await File.WriteAllTextAsync(folder["repo", path], text);
        }

        await ToolAsync(folder, "repo", "data", "add", "d", "f", "large");
        Configure(folder, "repo", endpoint, ours.Location);
        Copy(folder, "repo", "theirs");
        Configure(folder, "theirs", endpoint, folder["remote"]);
        await ToolAsync(folder, "repo", "data", "push");
        await DvcAsync(folder, "theirs", dvc, "push");
        await UploadAsync(folder["remote"], mirror);
        var keys = await DownloadAsync(ours, folder["ours"]);
        Assert.Equal(6, keys.Count);
        Assert.Equal(Tree(folder["remote"], withModes: false), Tree(folder["ours"], withModes: false));

        // Each pulls what the other pushed, into a repository without cache and data.
        var tree = Tree(folder["repo"]);
        foreach (var (name, url) in new[] { ("we", mirror.Location), ("they", folder["ours"]) })
        {
            Copy(folder, "repo", name);
            Configure(folder, name, endpoint, url);
            Directory.Delete(folder[name, ".dvc", "cache"], recursive: true);
            Directory.Delete(folder[name, "d"], recursive: true);
            File.Delete(folder[name, "f"]);
            File.Delete(folder[name, "large"]);
        }

        await ToolAsync(folder, "we", "data", "pull");
        await DvcAsync(folder, "they", dvc, "pull");
        Assert.Equal(tree, Tree(folder["we"]));
        Assert.Equal(tree, Tree(folder["they"]));

        // Nothing is left to do for either, seen by either.
        Assert.Equal("{}", (await ToolAsync(folder, "they", "data", "status", "--cloud", "--json")).Trim());
        Configure(folder, "we", endpoint, folder["ours"]);
        Assert.Equal("{}", (await DvcAsync(folder, "we", dvc, "status", "--cloud", "--json")).Trim());
    }

    private static async Task<S3BlobStore> CreateAsync(string endpoint)
    {
        var bucket = $"b{Guid.NewGuid():n}";
        await MotoServer.CreateBucketAsync(endpoint, bucket);
        return new S3BlobStore(new S3Options { Bucket = bucket, Prefix = "pre fix", Endpoint = endpoint, AccessKeyId = "id", SecretAccessKey = "secret" });
    }

    private static void Configure(ToolFolder folder, string name, string endpoint, string url) => File.WriteAllText(
        folder[name, ".dvc", "config"],
        $"[core]\n    no_scm = True\n    remote = s\n['remote \"s\"']\n    url = {url}\n{(url.StartsWith("s3:", StringComparison.Ordinal) ? $"    endpointurl = {endpoint}\n    access_key_id = id\n    secret_access_key = secret\n" : "")}");

    private static async Task<string> ToolAsync(ToolFolder folder, string name, params string[] arguments)
    {
        var result = await folder.RunAsync(arguments, TestContext.Current.CancellationToken, current: folder[name]);
        Assert.True(result.ExitCode == ExitCode.Done, $"{string.Join(' ', arguments)}: {result.Error}");
        return result.Output;
    }

    private static async Task<string> DvcAsync(ToolFolder folder, string name, string dvc, params string[] arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo(dvc, arguments) { WorkingDirectory = folder[name], RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var variable in new[] { "DVC_NO_ANALYTICS", "DVC_STUDIO_OFFLINE", "DO_NOT_TRACK" })
        {
            start.Environment[variable] = "1";
        }

        start.Environment["LC_ALL"] = "C.UTF-8";
        using var process = System.Diagnostics.Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"dvc {string.Join(' ', arguments)}: {await errors}");
        return output;
    }

    private static void Copy(ToolFolder folder, string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(folder[from], "*", SearchOption.AllDirectories))
        {
            var target = folder[to, Path.GetRelativePath(folder[from], file)];
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }

    // Cache and data, with modes and contents.
    private static List<string> Tree(string folder, bool withModes = true) =>
    [
        .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(folder, f))
            .Where(static f => f != Path.Combine(".dvc", "config") && !f.StartsWith(Path.Combine(".dvc", "tmp"), StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(f => $"{f} {(OperatingSystem.IsWindows() || !withModes ? default : File.GetUnixFileMode(Path.Combine(folder, f)))} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, f))))}"),
    ];

    private static async Task UploadAsync(string folder, S3BlobStore store)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            await using var content = File.OpenRead(file);
            await store.PutAsync(Path.GetRelativePath(folder, file), content);
        }
    }

    private static async Task<List<string>> DownloadAsync(S3BlobStore store, string folder)
    {
        var names = new List<string>();
        await foreach (var blob in store.ListAsync(""))
        {
            names.Add(blob.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, blob.Name))!);
            await using var content = await store.OpenReadAsync(blob.Name);
            await using var file = File.Create(Path.Combine(folder, blob.Name));
            await content.CopyToAsync(file);
        }

        return names;
    }
}
