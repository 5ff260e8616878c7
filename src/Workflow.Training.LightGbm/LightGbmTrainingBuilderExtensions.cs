using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Workflow.Training.LightGbm;
using Workflow.Training.Trainers;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses LightGBM as the engine of a host.</summary>
public static class LightGbmTrainingBuilderExtensions
{
    /// <summary>Makes <see cref="Trainer"/> a LightGBM trainer with these settings; <see cref="LightGbmTrainer"/> can be asked for, too. Transient.</summary>
    /// <param name="builder">What <c>AddWorkflowTraining</c> gave.</param>
    /// <param name="configure">Changes the defaults. Runs after <c>Workflow:Training:LightGbm</c> of the host's configuration, if it has one, was bound.</param>
    /// <remarks>
    /// When the host starts, ranges are checked and the native library is probed: a missing one stops the host with what to add. The columns
    /// are checked when a training starts, so that a host may leave them open and make its own <see cref="LightGbmTrainer"/>.
    /// </remarks>
    public static TrainingBuilder UseLightGbm(this TrainingBuilder builder, Action<LightGbmOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<LightGbmOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<LightGbmOptions>, LightGbmOptionsSource>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LightGbmOptions>, LightGbmOptionsValidator>());
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddTransient(static provider => new LightGbmTrainer(
            provider.GetRequiredService<IOptionsMonitor<LightGbmOptions>>().CurrentValue,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ILogger<LightGbmTrainer>>()));
        services.Replace(ServiceDescriptor.Transient<Trainer>(static provider => provider.GetRequiredService<LightGbmTrainer>()));
        return builder;
    }
}
