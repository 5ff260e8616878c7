using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Workflow.Data.Chunking;

/// <summary>Refuses a host's wrong settings of chunk stores when it starts, not at the first push.</summary>
internal sealed class ChunkStoreConfigurationValidator(IEnumerable<IConfiguration> configurations) : IValidateOptions<DataOptions>
{
    public ValidateOptionsResult Validate(string? name, DataOptions options)
    {
        var failures = new List<string>();
        foreach (var configuration in configurations)
        {
            try
            {
                _ = ChunkStoreConfiguration.Read(configuration);
            }
            catch (OptionsValidationException e)
            {
                failures.AddRange(e.Failures);
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
