using Microsoft.Extensions.Diagnostics.HealthChecks;
using Workflow.Inference.Serving;

namespace Workflow.Inference.AspNetCore;

/// <summary>Healthy when every model is loaded and has run.</summary>
internal sealed class ModelHealthCheck(ModelHost host) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var data = host.Models.ToDictionary(m => m.Name, m => (object)(m.Champion?.ToString() ?? "not ready"), StringComparer.Ordinal);
        return Task.FromResult(host.IsReady
            ? HealthCheckResult.Healthy("every model is ready", data)
            : new HealthCheckResult(context.Registration.FailureStatus, "models are not ready", data: data));
    }
}
