using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Workflow.Servers;

namespace Workflow.Cli.Tests.Data;

/// <summary>Whole commands against a bucket that cannot be reached, refuses, or never answers: one clear error, no secret in it, and nothing changed.</summary>
public sealed class UnreachableRemoteTests
{
    private const string Secret = "s3cr3t-that-nobody-may-see";

    [Theory]
    [InlineData("push")]
    [InlineData("pull")]
    public async Task Nobody_listens(params string[] verb) => await AssertRefusedAsync($"http://127.0.0.1:{LoopbackServer.FreePort()}", "cannot be reached", verb);

    [Theory]
    [InlineData("push")]
    [InlineData("pull")]
    [InlineData("fetch")]
    [InlineData("status", "--cloud")]
    [InlineData("gc", "-w", "-c", "-f")]
    public async Task The_credentials_are_refused(params string[] verb)
    {
        await using var server = new RefusingServer("<Error><Code>InvalidAccessKeyId</Code><Message>no</Message></Error>");
        await AssertRefusedAsync(server.Address, "credentials", verb);
    }

    [Fact]
    public async Task The_server_never_answers()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await AssertRefusedAsync($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}", "", ["pull"], "    read_timeout = 1\n");
    }

    private static async Task AssertRefusedAsync(string endpoint, string expected, string[] verb, string settings = "")
    {
        using var folder = new ToolFolder();
        Directory.CreateDirectory(folder["repo"]);
        Assert.Equal(ExitCode.Done, (await RunAsync(folder, "init", "--no-scm")).ExitCode);
        File.WriteAllText(folder["repo/f"], "content");
        Directory.CreateDirectory(folder["repo/d"]);
        File.WriteAllText(folder["repo/d/x"], "inside");
        Assert.Equal(ExitCode.Done, (await RunAsync(folder, "add", "f", "d")).ExitCode);
        File.AppendAllText(
            folder["repo/.dvc/config"],
            $"    remote = s\n['remote \"s\"']\n    url = s3://bucket/p\n    endpointurl = {endpoint}\n    access_key_id = id\n    secret_access_key = {Secret}\n{settings}");
        if (verb[0] is "pull" or "fetch")
        {
            File.Delete(folder["repo/f"]);
            Directory.Delete(folder["repo/.dvc/cache"], recursive: true);
        }

        var before = Tree(folder["repo"]);
        var (exit, output, error) = await RunAsync(folder, verb);
        Assert.True(exit is ExitCode.BadInput or ExitCode.EnvironmentLacks, $"{exit}: {output} {error}");
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.Contains("s3://bucket/p", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Secret, output + error, StringComparison.Ordinal);
        Assert.Equal(before, Tree(folder["repo"]));
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(ToolFolder folder, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = await Tool.RunAsync(["data", .. arguments], new CommandHost(output, error, folder["repo"], EnvironmentRoot: null));
        return (exit, output.ToString(), error.ToString());
    }

    // Every file but our own notes and locks, which DVC and git ignore. Empty folders of the cache do not count.
    private static List<string> Tree(string root) =>
    [
        .. Directory.EnumerateFiles(root, "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None, RecurseSubdirectories = true })
            .Select(p => Path.GetRelativePath(root, p))
            .Where(static p => !p.StartsWith(Path.Combine(".dvc", "tmp"), StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(p => $"{p} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(root, p))))}"),
    ];
}
