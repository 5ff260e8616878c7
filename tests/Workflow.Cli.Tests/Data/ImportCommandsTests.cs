using System.Text;
using Workflow.Data.S3;
using Workflow.Servers;

namespace Workflow.Cli.Tests.Data;

public sealed class ImportCommandsTests : IDisposable
{
    private readonly ToolFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Import_url_and_update_say_what_they_did()
    {
        await InitAsync();
        Directory.CreateDirectory(_folder["sub"]);
        File.WriteAllText(_folder["source"], "1\n");
        Assert.Equal("copy.dvc  b026324c6904b2a9cb4b88d6d61c81d1\n", (await _folder.RunAsync("data", "import-url", "source", "copy")).Done().Output);
        Assert.Equal("later.dvc  (no content)\n", (await _folder.RunAsync("data", "import-url", "source", "later", "--no-download")).Done().Output);
        Assert.Equal("sub/source.dvc", (await _folder.RunAsync("data", "import-url", "source", "sub", "--no-exec", "--json")).Done().Json().GetProperty("dvc").GetString());
        Assert.Equal("copy.dvc  b026324c6904b2a9cb4b88d6d61c81d1  (no change)\n", (await _folder.RunAsync("data", "update", "copy.dvc")).Done().Output);
        File.WriteAllText(_folder["source"], "2\n");
        var updated = (await _folder.RunAsync("data", "update", "copy", "--json")).Done().Json().GetProperty("imports")[0];
        Assert.Equal((true, "26ab0db90d72e28ad0ba1e22ee510510"), (updated.GetProperty("changed").GetBoolean(), updated.GetProperty("md5").GetString()));
        (await _folder.RunAsync("data", "update", "none.dvc")).Refused(2, "none.dvc");
        (await _folder.RunAsync("data", "import-url", "source", "x", "--fs-config", "region")).Refused(2, "NAME=VALUE");
        (await _folder.RunAsync("data", "import-url", "source", "x", "--no-exec", "--no-download")).Refused(2, "exclude one another");
        (await _folder.RunAsync("data", "add", "source", "-r", "store")).Refused(2, "--to-remote");
    }

    [Fact]
    public async Task A_bucket_is_imported_by_remote_and_by_address()
    {
        await InitAsync();
        var endpoint = await MotoServer.RequireAsync();
        var bucket = $"i{Guid.NewGuid():n}";
        await MotoServer.CreateBucketAsync(endpoint, bucket);
        using var store = new S3BlobStore(new S3Options { Bucket = bucket, Endpoint = endpoint, AccessKeyId = "id", SecretAccessKey = "secret" });
        await PutAsync(store, "data/a", "1\n");
        await PutAsync(store, "data/s/b", "2\n");
        await PutAsync(store, "other", "3\n");
        await File.AppendAllTextAsync(_folder[".dvc", "config"], $"['remote \"s\"']\n    url = s3://{bucket}\n    endpointurl = {endpoint}\n    access_key_id = id\n    secret_access_key = secret\n");

        (await _folder.RunAsync("data", "import-url", "remote://s/data")).Done();
        (await _folder.RunAsync("data", "import-url", $"s3://{bucket}/data/a", "one", "--fs-config", $"endpointurl={endpoint}", "access_key_id=id", "secret_access_key=secret")).Done();
        Assert.Equal(("2\n", "1\n"), (File.ReadAllText(_folder["data", "s", "b"]), File.ReadAllText(_folder["one"])));
        Assert.Contains($"deps:\n- etag: b026324c6904b2a9cb4b88d6d61c81d1\n  size: 2\n  hash: md5\n  path: s3://{bucket}/data/a\n  fs_config:\n    access_key_id: id\n    endpointurl: {endpoint}\n", File.ReadAllText(_folder["one.dvc"]), StringComparison.Ordinal);
        Assert.Contains("(no change)", (await _folder.RunAsync("data", "update", "data", "one")).Done().Output, StringComparison.Ordinal);

        await PutAsync(store, "data/c", "4\n");
        (await _folder.RunAsync("data", "update", "data")).Done();
        Assert.Equal("4\n", File.ReadAllText(_folder["data", "c"]));
        (await _folder.RunAsync("data", "import-url", "remote://s/other", "--to-remote", "-r", "s")).Done();
        Assert.NotNull(await store.FindAsync("files/md5/6d/7fce9fee471194aa8b5b6e47267f03"));
        (await _folder.RunAsync("data", "import-url", "remote://s/none")).Refused(2, "does not exist");
    }

    private static async Task PutAsync(S3BlobStore store, string name, string content)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(content));
        await store.PutAsync(name, stream);
    }

    private async Task InitAsync() => (await _folder.RunAsync("data", "init", "--no-scm")).Done();
}
