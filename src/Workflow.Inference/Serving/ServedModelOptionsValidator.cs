using Microsoft.Extensions.Options;

namespace Workflow.Inference.Serving;

internal sealed class ServedModelOptionsValidator : IValidateOptions<ServedModelOptions>
{
    public ValidateOptionsResult Validate(string? name, ServedModelOptions options)
    {
        var failures = new ValidateOptionsResultBuilder();
        if (options.Scorer.Threads is < 1 or > 256)
        {
            failures.AddError($"Model '{name}': {options.Scorer.Threads} is not from 1 to 256.", "Scorer.Threads");
        }

        if (options.WarmUpRuns is < 0 or > 1000)
        {
            failures.AddError($"Model '{name}': {options.WarmUpRuns} is not from 0 to 1000.", nameof(options.WarmUpRuns));
        }

        if (options.KeepWarm < TimeSpan.Zero || options.KeepWarm > TimeSpan.FromDays(1))
        {
            failures.AddError($"Model '{name}': {options.KeepWarm} is not from zero to a day.", nameof(options.KeepWarm));
        }

        return failures.Build();
    }
}
