namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses where data, models and metadata are kept. Providers extend it with <c>Use…</c> methods.</summary>
/// <remarks>Not thread-safe; used while the host is built.</remarks>
public sealed class DataBuilder
{
    internal DataBuilder(IServiceCollection services) => Services = services;

    /// <summary>Gets the services being configured.</summary>
    public IServiceCollection Services { get; }
}
