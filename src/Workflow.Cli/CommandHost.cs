using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Workflow.Cli;

/// <summary>Where a command writes, which folder it runs in, and how it reaches the suite's state. One per invocation.</summary>
/// <param name="Output">Standard output: the answer and nothing else.</param>
/// <param name="Error">Standard error: messages.</param>
/// <param name="CurrentFolder">The folder in which the command runs.</param>
/// <param name="EnvironmentRoot">The value of <c>WORKFLOW_ROOT</c>, or null.</param>
internal sealed record CommandHost(TextWriter Output, TextWriter Error, string CurrentFolder, string? EnvironmentRoot)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Shows how far long work is; null where nobody watches.</summary>
    public TerminalProgress? Progress { get; init; }

    /// <summary>Asks the person at the terminal a question of yes or no; null where nobody can answer.</summary>
    public Func<string, bool>? Confirm { get; init; }

    /// <summary>Writes the one JSON document of a <c>--json</c> answer.</summary>
    public Task WriteJsonAsync(JsonNode document) => Output.WriteLineAsync(document.ToJsonString(Indented));

    /// <summary>Opens the state at the root that the options name. Whoever only asks must not create any.</summary>
    /// <param name="root">The value of <c>--root</c>, or null.</param>
    /// <exception cref="FileNotFoundException">There is no state; says where it was looked for.</exception>
    public ServiceProvider OpenState(string? root) => TryOpenState(root) ?? throw NoState(root);

    /// <summary>Opens the state at the root that the options name, and makes it where there is none: for what writes.</summary>
    /// <param name="root">The value of <c>--root</c>, or null.</param>
    public ServiceProvider MakeState(string? root)
    {
        var folder = FindRoot(root);
        return TryOpenState(root) ?? new ServiceCollection().AddWorkflowData(o => o.Root = folder).Services.BuildServiceProvider();
    }

    /// <summary>Opens the state at the root that the options name; null where there is none.</summary>
    /// <param name="root">The value of <c>--root</c>, or null.</param>
    public ServiceProvider? TryOpenState(string? root)
    {
        var folder = FindRoot(root);
        var services = new ServiceCollection();
        if (PostgreSqlConfiguration(root) is { } configuration)
        {
            services.AddSingleton(configuration);
            return services.AddWorkflowData(o => o.Root = folder).UsePostgreSql().Services.BuildServiceProvider();
        }

        return File.Exists(Database(folder)) ? services.AddWorkflowData(o => o.Root = folder).Services.BuildServiceProvider() : null;
    }

    /// <summary>Says that there is no state, where it was looked for, and what to do.</summary>
    /// <param name="root">The value of <c>--root</c>, or null.</param>
    public FileNotFoundException NoState(string? root)
    {
        var folder = FindRoot(root);
        return new FileNotFoundException($"There is no registry in '{folder}': it has no 'metadata.db'. Register a model first, or name the folder of the host's state with --root or WORKFLOW_ROOT.", Database(folder));
    }

    private static string Database(string folder) => Path.Combine(folder, "metadata.db");

    // A root that is named is a folder with all of the state in it.
    private IConfiguration? PostgreSqlConfiguration(string? root) =>
        string.IsNullOrEmpty(root) && string.IsNullOrEmpty(EnvironmentRoot) && StateRoot.FindConfiguration(CurrentFolder) is { } file
            && HostConfiguration.Read(file) is var configuration && HostConfiguration.UsesPostgreSql(configuration)
            ? configuration
            : null;

    /// <summary>Gives the folder of the state.</summary>
    /// <param name="root">The value of <c>--root</c>, or null.</param>
    public string FindRoot(string? root) => StateRoot.Find(root, EnvironmentRoot, CurrentFolder);
}
