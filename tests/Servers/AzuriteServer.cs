namespace Workflow.Servers;

/// <summary>Azurite, Microsoft's own stand-in for Azure Storage, from npm; one per test process, started when it is first asked for.</summary>
internal static class AzuriteServer
{
    /// <summary>The account that Azurite knows; its key is published.</summary>
    public const string Account = "devstoreaccount1";

    /// <summary>The published key of <see cref="Account"/>.</summary>
    public const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly Lazy<Task<LoopbackServer>> Server = new(() => LoopbackServer.StartAsync("node", static port =>
    [
        Program, "--blobHost", "127.0.0.1", "--blobPort", port.ToString(System.Globalization.CultureInfo.InvariantCulture), "--inMemoryPersistence", "--silent", "--skipApiVersionCheck", "--disableTelemetry",
    ]));

    private static string Program => Path.Combine(
        Environment.GetEnvironmentVariable("WORKFLOW_AZURITE") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "workflow", "azurite"),
        "node_modules", "azurite", "dist", "src", "blob", "main.js");

    /// <summary>Gets the address of the account; skips the running test where the program is missing.</summary>
    public static async Task<string> RequireAsync()
    {
        Assert.SkipUnless(File.Exists(Program), $"needs Azurite at '{Program}': npm install --prefix DIRECTORY azurite, then WORKFLOW_AZURITE=DIRECTORY");
        return $"http://127.0.0.1:{(await Server.Value).Port}/{Account}";
    }
}
