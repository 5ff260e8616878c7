namespace Workflow.Servers;

/// <summary>Redis of the machine, one per test process, started when it is first asked for; keeps nothing on disk.</summary>
internal static class RedisServer
{
    private const string Program = "redis-server";
    private static readonly Lazy<Task<LoopbackServer>> Server = new(static () => StartAsync(isCluster: false));

    /// <summary>Gets the port of the shared server; skips the running test where the program is missing.</summary>
    public static async Task<int> RequireAsync()
    {
        RequireProgram();
        return (await Server.Value).Port;
    }

    /// <summary>Starts a server of the test's own, which the test ends; skips the running test where the program is missing.</summary>
    /// <param name="isCluster">Whether it is a cluster of one node, which has no slots yet.</param>
    public static Task<LoopbackServer> StartOwnAsync(bool isCluster = false)
    {
        RequireProgram();
        return StartAsync(isCluster);
    }

    private static void RequireProgram() => Assert.SkipUnless(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(static folder => File.Exists(Path.Combine(folder, Program))),
        $"needs {Program} on PATH: apt-get install redis-server");

    private static Task<LoopbackServer> StartAsync(bool isCluster) => LoopbackServer.StartAsync(Program, port =>
    [
        "--port", port.ToString(System.Globalization.CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--enable-debug-command", "yes",
        .. isCluster ? new[] { "--cluster-enabled", "yes", "--cluster-port", LoopbackServer.FreePort().ToString(System.Globalization.CultureInfo.InvariantCulture), "--cluster-config-file", $"nodes-{Guid.NewGuid():n}.conf", "--dir", Path.GetTempPath() } : [],
    ]);
}
