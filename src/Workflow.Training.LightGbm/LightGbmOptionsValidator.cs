using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Workflow.Training.LightGbm.Native;

namespace Workflow.Training.LightGbm;

/// <summary>Checks ranges, and that the native library is there, when the host starts.</summary>
internal sealed class LightGbmOptionsValidator(ILogger<LightGbmTrainer>? logger = null) : IValidateOptions<LightGbmOptions>
{
    public ValidateOptionsResult Validate(string? name, LightGbmOptions options)
    {
        var faults = options.FaultsAtStart().ToList();
        try
        {
            LightGbmLibrary.Load(logger ?? NullLogger<LightGbmTrainer>.Instance);
        }
        catch (LightGbmUnavailableException e)
        {
            faults.Add(e.Message);
        }

        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
