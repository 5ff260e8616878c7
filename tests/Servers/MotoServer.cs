namespace Workflow.Servers;

/// <summary>moto's S3 server of <c>../shared/peers</c>, one per test process, started when it is first asked for.</summary>
internal static class MotoServer
{
    private static readonly Lazy<Task<LoopbackServer>> Server = new(() => LoopbackServer.StartAsync(Program, static port => ["-H", "127.0.0.1", "-p", port.ToString(System.Globalization.CultureInfo.InvariantCulture)]));

    private static string Program => Path.Combine(
        Environment.GetEnvironmentVariable("WORKFLOW_PEERS") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "workflow", "peers"), "bin", "moto_server");

    /// <summary>Gets the address; skips the running test where the program is missing.</summary>
    public static async Task<string> RequireAsync()
    {
        Assert.SkipUnless(File.Exists(Program), $"needs moto_server at '{Program}': ../shared/peers/install.sh DIRECTORY, then WORKFLOW_PEERS=DIRECTORY");
        return $"http://127.0.0.1:{(await Server.Value).Port}";
    }

    /// <summary>Makes a bucket. The server asks for no signature.</summary>
    public static async Task CreateBucketAsync(string endpoint, string bucket)
    {
        using var client = new HttpClient();
        using var answer = await client.PutAsync($"{endpoint}/{bucket}", content: null);
        answer.EnsureSuccessStatusCode();
    }
}
