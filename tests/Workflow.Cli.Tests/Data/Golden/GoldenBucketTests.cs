using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Workflow.Data.S3;
using Workflow.Repository;
using Workflow.Servers;

namespace Workflow.Cli.Tests.Data.Golden;

/// <summary>What the tool leaves in a bucket is what DVC 3.67.1 left there, object by object (<c>golden/dvc/s3.json</c>).</summary>
public sealed class GoldenBucketTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("prefix")]
    public async Task The_conversation_leaves_the_same_objects(string id)
    {
        var path = SharedFolder.Require("golden/dvc/s3.json");
        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(path));
        var conversation = document.RootElement.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("id").GetString() == id);
        using var world = await BucketWorld.CreateAsync(conversation.GetProperty("url").GetString()!, isVersionAware: false);
        var replayed = 0;
        foreach (var step in conversation.GetProperty("steps").EnumerateArray())
        {
            if (!step.TryGetProperty("args", out var arguments))
            {
                world.Edit(step);
                continue;
            }

            string[] words = [.. arguments.EnumerateArray().Select(static a => a.GetString()!)];
            if (GoldenVerbs.ToolArguments(words) is not { } said)
            {
                // What follows starts from what this step leaves.
                break;
            }

            if (words[0] == "pull")
            {
                // The recording does not tell that the file was put back to an earlier state; what the step left of it does.
                world.Restore(step.GetProperty("workspace"), "repo/d.dvc");
            }

            var result = await world.RunAsync(said);
            Assert.True(step.GetProperty("exit").GetInt32() == 0 ? result.ExitCode == ExitCode.Done : result.ExitCode != ExitCode.Done, $"{string.Join(' ', words)}: {result.ExitCode} {result.Error}");
            if (words.Contains("--json"))
            {
                using var expected = JsonDocument.Parse(step.GetProperty("stdout").GetString()!);
                using var actual = JsonDocument.Parse(result.Output);
                Assert.True(JsonElement.DeepEquals(expected.RootElement, actual.RootElement), $"{string.Join(' ', words)}: expected {expected.RootElement}, got {actual.RootElement}");
            }

            var objects = step.GetProperty("bucket").EnumerateArray().Select(static b => string.Create(CultureInfo.InvariantCulture, $"{b.GetProperty("key").GetString()} {b.GetProperty("size").GetInt64()} {b.GetProperty("sha256").GetString()}"));
            Assert.Equal(objects.Order(StringComparer.Ordinal), (await world.ListAsync()).Order(StringComparer.Ordinal));
            replayed++;
        }

        Assert.InRange(replayed, 9, int.MaxValue);
    }

    [Fact]
    public async Task A_version_aware_bucket_is_refused_and_nothing_is_written()
    {
        using var world = await BucketWorld.CreateAsync("s3://bucket-versioned/v", isVersionAware: true);
        File.WriteAllText(world.Repository + "/f", "1");
        Assert.Equal(ExitCode.Done, (await world.RunAsync("data", "add", "f")).ExitCode);
        foreach (var verb in new[] { "push", "pull", "fetch" })
        {
            if (verb != "push" && Directory.Exists(Path.Combine(world.Repository, ".dvc", "cache")))
            {
                // With nothing to fetch no remote is opened.
                Directory.Delete(Path.Combine(world.Repository, ".dvc", "cache"), recursive: true);
            }

            var result = await world.RunAsync("data", verb);
            Assert.Equal(ExitCode.BadInput, result.ExitCode);
            Assert.Contains("version_aware", result.Error, StringComparison.Ordinal);
        }

        Assert.Empty(await world.ListAsync());
    }

    private sealed class BucketWorld : IDisposable
    {
        private readonly ToolFolder _folder = new();
        private readonly S3BlobStore _bucket;

        private BucketWorld(string endpoint, string bucket) =>
            _bucket = new S3BlobStore(new S3Options { Bucket = bucket, Endpoint = endpoint, AccessKeyId = "id", SecretAccessKey = "secret" });

        public string Repository => _folder["repo"];

        public static async Task<BucketWorld> CreateAsync(string url, bool isVersionAware)
        {
            var endpoint = await MotoServer.RequireAsync();
            var bucket = $"g{Guid.NewGuid():n}";
            await MotoServer.CreateBucketAsync(endpoint, bucket);
            var world = new BucketWorld(endpoint, bucket);
            Directory.CreateDirectory(world.Repository);
            Assert.Equal(ExitCode.Done, (await world.RunAsync("data", "init", "--no-scm")).ExitCode);
            var prefix = url["s3://".Length..].IndexOf('/', StringComparison.Ordinal) is var slash and >= 0 ? url["s3://".Length..][slash..] : "";
            await File.AppendAllTextAsync(
                Path.Combine(world.Repository, ".dvc", "config"),
                $"    remote = s\n['remote \"s\"']\n    url = s3://{bucket}{prefix}\n    endpointurl = {endpoint}\n    access_key_id = id\n    secret_access_key = secret\n{(isVersionAware ? "    version_aware = true\n" : "")}");
            return world;
        }

        public void Edit(JsonElement step)
        {
            if (step.TryGetProperty("delete", out var deleted))
            {
                foreach (var path in deleted.EnumerateArray().Select(p => Path.Combine(Repository, p.GetString()!)))
                {
                    Directory.Delete(path, recursive: true);
                }

                return;
            }

            var target = Path.Combine(Repository, step.GetProperty("edit").GetString()!);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.WriteAllText(target, step.GetProperty("text").GetString());
        }

        public void Restore(JsonElement workspace, string path) =>
            File.WriteAllText(_folder[path], workspace.GetProperty(path).GetProperty("text").GetString());

        public async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
        {
            using var output = new StringWriter();
            using var error = new StringWriter();
            var exit = await Tool.RunAsync(arguments, new CommandHost(output, error, Repository, EnvironmentRoot: null));
            return (exit, output.ToString(), error.ToString());
        }

        public async Task<List<string>> ListAsync()
        {
            var objects = new List<string>();
            await foreach (var blob in _bucket.ListAsync(""))
            {
                await using var stream = await _bucket.OpenReadAsync(blob.Name);
                var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream));
                objects.Add(string.Create(CultureInfo.InvariantCulture, $"{blob.Name} {blob.Length} {hash}"));
            }

            return objects;
        }

        public void Dispose()
        {
            _bucket.Dispose();
            _folder.Dispose();
        }
    }
}
