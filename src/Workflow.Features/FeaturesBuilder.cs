using Microsoft.Extensions.DependencyInjection.Extensions;
using Workflow.Data.Tables;
using Workflow.Features.Online;
using Workflow.Features.Online.Stores;
using Workflow.Features.Views;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds definitions and the tables that they are computed from.</summary>
/// <remarks>Not thread-safe; used while the host is built.</remarks>
public sealed class FeaturesBuilder
{
    internal FeaturesBuilder(IServiceCollection services) => Services = services;

    /// <summary>Gets the services being configured.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Adds a view that is to be in the catalogue whether or not a service takes it.</summary>
    /// <param name="view">The definition.</param>
    public FeaturesBuilder AddView(FeatureView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        Services.AddSingleton(view);
        return this;
    }

    /// <summary>Adds a service and its views, and an <see cref="OnlineFeatures"/> and an <see cref="OnlineReader"/> under the service's name.</summary>
    /// <param name="service">The definition.</param>
    public FeaturesBuilder AddService(FeatureService service)
    {
        ArgumentNullException.ThrowIfNull(service);
        Services.AddSingleton(service);
        Services.TryAddKeyedSingleton(service.Name, (_, _) => new OnlineFeatures(service));
        Services.TryAddKeyedSingleton(service.Name, (provider, _) => new OnlineReader(provider.GetRequiredService<IOnlineStore>(), service));
        return this;
    }

    /// <summary>Binds a source of events to a table.</summary>
    /// <param name="name">The source's name in the views.</param>
    /// <param name="open">Gives the table; called once.</param>
    public FeaturesBuilder AddSource(string name, Func<IServiceProvider, TableSource> open)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(open);
        Services.AddKeyedSingleton(name, (provider, _) => open(provider));
        Services.AddSingleton(new Workflow.Features.Catalog.FeatureSourceName(name));
        return this;
    }
}
