using Workflow.Inference.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the served models to a host's health checks.</summary>
public static class InferenceHealthExtensions
{
    /// <summary>Adds the check <c>workflow-inference</c>: healthy when every model is loaded and has run.</summary>
    /// <param name="builder">The builder of model serving.</param>
    /// <returns>The same builder.</returns>
    public static InferenceBuilder AddHealthCheck(this InferenceBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddHealthChecks().AddCheck<ModelHealthCheck>("workflow-inference", tags: ["ready"]);
        return builder;
    }
}
