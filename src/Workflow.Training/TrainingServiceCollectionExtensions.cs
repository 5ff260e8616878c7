using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Workflow.Data.Metadata;
using Workflow.Training.Experiments;
using Workflow.Training.Gates;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds training to a host.</summary>
public static class TrainingServiceCollectionExtensions
{
    /// <summary>Adds the experiment store and the gate, as singletons, and what they stand on (<c>AddWorkflowData</c>).</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configureGate">Changes the gate's rule. Runs after <c>Workflow:Training:Gate</c> of the host's configuration, if it has one, was bound.</param>
    /// <returns>The builder on which a provider such as <c>UseLightGbm</c> adds the engine.</returns>
    /// <remarks>Idempotent: a second call adds configuration, not services. Options are validated when the host starts.</remarks>
    public static TrainingBuilder AddWorkflowTraining(this IServiceCollection services, Action<GateOptions>? configureGate = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddWorkflowData();
        services.AddOptionsWithValidateOnStart<GateOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<GateOptions>, GateOptionsSource>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<GateOptions>, GateOptionsValidator>());
        if (configureGate is not null)
        {
            services.Configure(configureGate);
        }

        services.TryAddSingleton(static provider => new ExperimentStore(provider.GetRequiredService<MetadataDatabase>()));
        services.TryAddSingleton(static provider => new PairedBootstrapGate(provider.GetRequiredService<IOptions<GateOptions>>().Value));
        return new TrainingBuilder(services);
    }
}
