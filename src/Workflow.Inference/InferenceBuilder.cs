using Workflow.Inference.Serving;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses which models are served.</summary>
/// <remarks>Not thread-safe; used while the host is built.</remarks>
public sealed class InferenceBuilder
{
    internal InferenceBuilder(IServiceCollection services) => Services = services;

    /// <summary>Gets the services being configured.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Serves a model under a name.</summary>
    /// <param name="name">The name; letters, digits, <c>.</c>, <c>_</c> and <c>-</c>. Adding it again adds settings.</param>
    /// <param name="configure">Says where it comes from, for example <c>m => m.FromRegistry("delay@champion")</c>. Runs after configuration binding.</param>
    /// <returns>This builder.</returns>
    public InferenceBuilder AddModel(string name, Action<ServedModelOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.AsSpan().ContainsAnyExcept(ServedModelName.Allowed))
        {
            throw new ArgumentException($"A model's name consists of letters, digits, '.', '_' and '-', got '{name}'.", nameof(name));
        }

        Services.AddSingleton(new ServedModelName(name));
        Services.AddOptionsWithValidateOnStart<ServedModelOptions>(name);
        if (configure is not null)
        {
            Services.Configure(name, configure);
        }

        return this;
    }
}
