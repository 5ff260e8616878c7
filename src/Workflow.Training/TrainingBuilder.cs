namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses the engine and the rules of training. Providers extend it with <c>Use…</c> methods.</summary>
/// <remarks>Not thread-safe; used while the host is built.</remarks>
public sealed class TrainingBuilder
{
    internal TrainingBuilder(IServiceCollection services) => Services = services;

    /// <summary>Gets the services being configured.</summary>
    public IServiceCollection Services { get; }
}
