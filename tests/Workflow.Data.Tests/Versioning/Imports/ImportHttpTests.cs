namespace Workflow.Data.Versioning.Imports;

public sealed class ImportHttpTests
{
    private static readonly string Body = string.Concat(Enumerable.Range(0, 100_000).Select(static i => $"{i}\n"));

    [Theory]
    [InlineData(404, "does not exist: the server answered 404")]
    [InlineData(410, "does not exist: the server answered 410")]
    [InlineData(401, "refuses to give")]
    [InlineData(403, "refuses to give")]
    [InlineData(418, "the server answered 418")]
    [InlineData(503, "could not be read, 4 times: the server answered 503")]
    public async Task Refuses_what_the_server_refuses(int status, string message)
    {
        using var server = new LoopbackHttp((_, _, _) => new HttpAnswer { Status = status });
        using var world = await ImportWorld.CreateAsync();
        await world.RefusesAsync(message, () => world.Repository.ImportUrlAsync(server.Address + "/x"));
    }

    [Fact]
    public async Task Refuses_a_loop_of_redirects()
    {
        using var server = new LoopbackHttp((_, path, _) => new HttpAnswer { Status = 302, Headers = [$"Location: {path}?"] });
        using var world = await ImportWorld.CreateAsync();
        await world.RefusesAsync("leads from address to address", () => world.Repository.ImportUrlAsync(server.Address + "/x"));
    }

    [Fact]
    public async Task Refuses_a_body_that_ends_early_every_time()
    {
        using var server = new LoopbackHttp((_, _, _) => new HttpAnswer { Body = Body, SentBytes = 1000, Headers = ["ETag: \"1\""] });
        using var world = await ImportWorld.CreateAsync();
        await world.RefusesAsync("could not be read, 4 times", () => world.Repository.ImportUrlAsync(server.Address + "/x"));
    }

    [Fact]
    public async Task Refuses_a_file_that_changes_meanwhile()
    {
        var requests = 0;
        using var server = new LoopbackHttp((_, _, _) => new HttpAnswer { Body = Body, Headers = [$"ETag: \"{Interlocked.Increment(ref requests)}\""] });
        using var world = await ImportWorld.CreateAsync();
        await world.RefusesAsync("changed while it was read", () => world.Repository.ImportUrlAsync(server.Address + "/x"));
    }

    [Fact]
    public async Task Refuses_content_that_is_not_the_promised_one()
    {
        using var server = new LoopbackHttp((_, _, _) => new HttpAnswer { Body = "other\n", Headers = ["Content-MD5: sQqNsWTfzfPYH7Qk5k5UmA=="] });
        using var world = await ImportWorld.CreateAsync();
        await world.RefusesAsync("promised content with the MD5", () => world.Repository.ImportUrlAsync(server.Address + "/x"));
    }

    [Fact]
    public async Task Goes_on_where_a_connection_broke()
    {
        var isFirst = true;
        using var server = new LoopbackHttp((method, _, range) =>
        {
            var answer = new HttpAnswer { Body = Body, Headers = ["ETag: \"1\""] };
            if (method == "HEAD")
            {
                return answer;
            }

            if (isFirst)
            {
                isFirst = false;
                return answer with { SentBytes = 300_000 };
            }

            var from = int.Parse(range!["bytes=".Length..].TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture);
            return answer with { Status = 206, Body = Body[from..], Headers = ["ETag: \"1\"", $"Content-Range: bytes {from}-{Body.Length - 1}/{Body.Length}"] };
        });
        using var world = await ImportWorld.CreateAsync();
        await world.Repository.ImportUrlAsync(server.Address + "/x");
        Assert.Equal(Body, world.Folder.Read("repo/x"));
        Assert.Contains(server.Requests, static r => r.StartsWith("GET /x bytes=", StringComparison.Ordinal) && r != "GET /x bytes=0-");
    }

    [Fact]
    public async Task Begins_anew_where_the_server_gives_no_parts()
    {
        var requests = 0;
        using var server = new LoopbackHttp((method, _, _) => new HttpAnswer { Body = Body, SentBytes = method == "GET" && ++requests == 1 ? 300_000 : null });
        using var world = await ImportWorld.CreateAsync();
        await world.Repository.ImportUrlAsync(server.Address + "/x");
        Assert.Equal(Body, world.Folder.Read("repo/x"));
    }

    [Fact]
    public async Task The_client_of_the_host_is_used_and_stays_open()
    {
        using var server = new LoopbackHttp((_, _, _) => new HttpAnswer { Body = "1\n", Headers = ["ETag: \"1\""] });
        using var world = await ImportWorld.CreateAsync();
        using var counting = new CountingHandler();
        using var client = new HttpClient(counting);
        var repository = world.Repository.WithHttpClient(client);
        await repository.ImportUrlAsync(server.Address + "/x?secret=1", new DataImportUrlOptions { Output = "x" });
        await repository.UpdateAsync(["x"]);
        Assert.Equal(server.Requests.Count, counting.Count);
        Assert.InRange(counting.Count, 3, 3);
    }

    [Fact]
    public async Task An_update_without_news_asks_for_the_headers_alone()
    {
        using var server = new LoopbackHttp((_, _, _) => new HttpAnswer { Body = "1\n", Headers = ["ETag: \"1\""] });
        using var world = await ImportWorld.CreateAsync();
        await world.Repository.ImportUrlAsync(server.Address + "/x");
        server.Requests.Clear();
        Assert.False(Assert.Single((await world.Repository.UpdateAsync(["x.dvc"])).Imports).IsChanged);
        Assert.Equal(["HEAD /x "], server.Requests);
    }

    [Fact]
    public async Task Straight_into_the_remote_and_back()
    {
        using var server = new LoopbackHttp((_, _, _) => new HttpAnswer { Body = Body, Headers = ["ETag: \"1\""] });
        using var world = await ImportWorld.CreateAsync();
        await world.Repository.ImportUrlAsync(server.Address + "/x", new DataImportUrlOptions { ToRemote = true });
        Assert.False(Directory.Exists(world.Folder["repo/.dvc/cache"]));
        Assert.Empty(world.Litter());
        await world.Repository.PullAsync();
        Assert.Equal(Body, world.Folder.Read("repo/x"));
    }

    [Fact]
    public async Task An_import_without_content_is_fetched_from_its_source_while_that_is_the_same()
    {
        var mark = "1";
        using var server = new LoopbackHttp((_, _, _) => new HttpAnswer { Body = $"{mark}\n", Headers = [$"ETag: \"{mark}\""] });
        using var world = await ImportWorld.CreateAsync();
        await world.Repository.ImportUrlAsync(server.Address + "/x", new DataImportUrlOptions { NoDownload = true });
        await world.RefusesAsync("imported without content", () => world.Repository.CheckoutAsync());
        mark = "2";
        await Assert.ThrowsAsync<DvcException>(() => world.Repository.PullAsync());
        Assert.False(File.Exists(world.Folder["repo/x"]));
        mark = "1";
        await world.Repository.PullAsync();
        Assert.Equal("1\n", world.Folder.Read("repo/x"));
        mark = "2";
        await world.Repository.UpdateAsync(["x"]);
        Assert.Equal("2\n", world.Folder.Read("repo/x"));
        Assert.True((await world.Repository.StageStatusAsync()).IsClean);
    }

    private sealed class CountingHandler() : DelegatingHandler(new SocketsHttpHandler())
    {
        public int Count { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Count++;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
