using Microsoft.Extensions.Options;
using Workflow.Monitoring.Feedback;

namespace Workflow.Monitoring;

internal sealed class ModelMonitorOptionsValidator : IValidateOptions<ModelMonitorOptions>
{
    public ValidateOptionsResult Validate(string? name, ModelMonitorOptions options)
    {
        var failures = new ValidateOptionsResultBuilder();
        foreach (var fault in options.Drift.Faults())
        {
            failures.AddError($"Model '{name}': {fault}", nameof(options.Drift));
        }

        try
        {
            RetrainPolicy.Create(options.Retrain);
        }
        catch (ArgumentException fault)
        {
            failures.AddError($"Model '{name}': {fault.Message}", nameof(options.Retrain));
        }

        return failures.Build();
    }
}
