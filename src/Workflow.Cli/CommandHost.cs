using System.Text.Json;
using System.Text.Json.Nodes;
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

    /// <summary>Writes the one JSON document of a <c>--json</c> answer.</summary>
    public Task WriteJsonAsync(JsonNode document) => Output.WriteLineAsync(document.ToJsonString(Indented));

    /// <summary>Opens the state at the root that the options name; nothing is created by opening it.</summary>
    /// <param name="root">The value of <c>--root</c>, or null.</param>
    public ServiceProvider OpenState(string? root)
    {
        var services = new ServiceCollection();
        services.AddWorkflowData(o => o.Root = StateRoot.Find(root, EnvironmentRoot, CurrentFolder));
        return services.BuildServiceProvider();
    }
}
