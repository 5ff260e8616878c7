namespace Workflow.Cli.Tests;

/// <summary>An empty folder in which the tool runs, and which is removed with everything in it.</summary>
internal sealed class ToolFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("workflow-cli-").FullName;

    /// <summary>Gets or sets what the environment's WORKFLOW_ROOT is taken to be.</summary>
    public string? EnvironmentRoot { get; set; }

    /// <summary>Gets every file and folder below, sorted.</summary>
    public IReadOnlyList<string> Entries =>
        [.. Directory.EnumerateFileSystemEntries(Path, "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None, RecurseSubdirectories = true })
            .Select(f => System.IO.Path.GetRelativePath(Path, f)).Order(StringComparer.Ordinal)];

    public string this[params string[] names] => System.IO.Path.Combine([Path, .. names]);

    /// <summary>Runs the tool in this process.</summary>
    public Task<ToolResult> RunAsync(params string[] arguments) => RunAsync(arguments, TestContext.Current.CancellationToken);

    /// <summary>Runs the tool in this process.</summary>
    public async Task<ToolResult> RunAsync(string[] arguments, CancellationToken cancellationToken, TerminalProgress? progress = null, string? current = null)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = await Tool.RunAsync(arguments, new CommandHost(output, error, current ?? Path, EnvironmentRoot) { Progress = progress }, cancellationToken);
        return new ToolResult(exit, output.ToString(), error.ToString());
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
