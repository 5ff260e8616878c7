using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Workflow.Inference.AspNetCore;
using Workflow.Inference.AspNetCore.Protocol;
using Workflow.Inference.Serving;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the Open Inference Protocol v2.</summary>
public static class OpenInferenceEndpoints
{
    /// <summary>Serves every model of the host at <c>/v2</c>: health, metadata and inference over JSON.</summary>
    /// <param name="endpoints">The host's endpoints; <c>AddWorkflowInference()</c> has been called on its services.</param>
    /// <param name="options">Limits; null for the defaults. Read now.</param>
    /// <returns>All the endpoints, for conventions such as <c>RequireAuthorization()</c> or <c>RequireRateLimiting(…)</c>.</returns>
    /// <exception cref="InvalidOperationException">The services lack a <see cref="ModelHost"/>.</exception>
    public static IEndpointConventionBuilder MapOpenInference(this IEndpointRouteBuilder endpoints, OpenInferenceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        options ??= new OpenInferenceOptions();
        options.Validate();
        var services = endpoints.ServiceProvider;
        var host = services.GetService<ModelHost>()
            ?? throw new InvalidOperationException("MapOpenInference needs the models: call builder.Services.AddWorkflowInference().AddModel(…) first.");
        var handlers = new InferenceHandlers(host, options, services.GetRequiredService<ILoggerFactory>().CreateLogger("Workflow.Inference.AspNetCore"));

        var group = endpoints.MapGroup("/v2");
        Map(group, "/health/live", HttpMethods.Get, InferenceHandlers.LiveAsync);
        Map(group, "/health/ready", HttpMethods.Get, handlers.ReadyAsync);
        Map(group, "", HttpMethods.Get, InferenceHandlers.ServerAsync);
        foreach (var model in new[] { "/models/{model}", "/models/{model}/versions/{version}" })
        {
            Map(group, model, HttpMethods.Get, handlers.ModelAsync);
            Map(group, model + "/ready", HttpMethods.Get, handlers.ModelReadyAsync);
            Map(group, model + "/infer", HttpMethods.Post, handlers.InferAsync);
        }

        // Clients of the protocol read errors only from {"error": …}.
        group.Map("/{**rest}", (RequestDelegate)InferenceHandlers.NothingAsync);
        return group;
    }

    private static void Map(RouteGroupBuilder group, string pattern, string method, RequestDelegate handler) => group.MapMethods(pattern, [method], handler);
}
