using Microsoft.Extensions.Options;

namespace Workflow.Data;

internal sealed class DataOptionsValidator : IValidateOptions<DataOptions>
{
    public ValidateOptionsResult Validate(string? name, DataOptions options)
    {
        var failures = new ValidateOptionsResultBuilder();
        if (string.IsNullOrWhiteSpace(options.Root) || options.Root.Contains('\0', StringComparison.Ordinal))
        {
            failures.AddError($"'{options.Root}' is not the path of a folder.", nameof(options.Root));
        }
        else if (File.Exists(options.Root))
        {
            failures.AddError($"'{Path.GetFullPath(options.Root)}' is a file; name a folder.", nameof(options.Root));
        }

        if (options.MaxParallelism is < 1 or > 1024)
        {
            failures.AddError($"{options.MaxParallelism} is not from 1 to 1024.", nameof(options.MaxParallelism));
        }

        return failures.Build();
    }
}
