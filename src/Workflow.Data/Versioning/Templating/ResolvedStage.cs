using Workflow.Data.Versioning.Parameters;

namespace Workflow.Data.Versioning.Templating;

/// <summary>A stage without templates.</summary>
/// <param name="Name">Its name, with <c>@key</c> when a loop made it.</param>
/// <param name="Group">The name of the loop, or null.</param>
/// <param name="Definition">Its keys, without <c>vars</c>.</param>
internal sealed record ResolvedStage(string Name, string? Group, ParameterValue Definition);
