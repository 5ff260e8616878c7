using System.Collections.Frozen;
using System.Collections.Immutable;
using Workflow.Data.Tables;
using Workflow.Features.Views;

namespace Workflow.Features.Catalog;

/// <summary>The definitions of a host, by name, and the tables that their sources are bound to. Immutable.</summary>
public sealed class FeatureCatalog
{
    private readonly FrozenDictionary<string, FeatureView> _views;
    private readonly FrozenDictionary<string, FeatureService> _services;

    /// <summary>Collects definitions.</summary>
    /// <param name="views">Views that no service need take; those of the services are added.</param>
    /// <param name="services">Services with distinct names.</param>
    /// <param name="sources">Tables by the name of the source.</param>
    /// <exception cref="ArgumentException">One name means two different definitions; every such name is listed.</exception>
    public FeatureCatalog(IEnumerable<FeatureView> views, IEnumerable<FeatureService> services, IReadOnlyDictionary<string, TableSource> sources)
    {
        ArgumentNullException.ThrowIfNull(views);
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(sources);
        Services = [.. services];
        Views = [.. views.Concat(Services.SelectMany(static s => s.Views.Select(static v => v.View))).DistinctBy(static v => (v.Name, v.Digest, v.Version))];
        var clashes = Views.GroupBy(static v => v.Name).Where(static g => g.Count() > 1).Select(static g => $"view '{g.Key}' ({string.Join(", ", g.Select(static v => v.Digest))})")
            .Concat(Services.GroupBy(static s => s.Name).Where(static g => g.Count() > 1).Select(static g => $"service '{g.Key}' ({string.Join(", ", g.Select(static s => s.Digest))})"))
            .ToList();
        if (clashes.Count > 0)
        {
            throw new ArgumentException($"One name has several definitions: {string.Join("; ", clashes)}. Rename all but one.");
        }

        _views = Views.ToFrozenDictionary(static v => v.Name, StringComparer.Ordinal);
        _services = Services.ToFrozenDictionary(static s => s.Name, StringComparer.Ordinal);
        Sources = sources.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Gets every view.</summary>
    public ImmutableArray<FeatureView> Views { get; }

    /// <summary>Gets every service.</summary>
    public ImmutableArray<FeatureService> Services { get; }

    /// <summary>Gets the tables by the name of the source.</summary>
    public IReadOnlyDictionary<string, TableSource> Sources { get; }

    /// <summary>Finds a view.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">There is none of that name; says which there are.</exception>
    public FeatureView View(string name) => _views.TryGetValue(name, out var view)
        ? view
        : throw new ArgumentException($"No feature view '{name}'; there are {Names(_views.Keys)}. Add it with AddView or through a service.", nameof(name));

    /// <summary>Finds a service.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">There is none of that name; says which there are.</exception>
    public FeatureService Service(string name) => _services.TryGetValue(name, out var service)
        ? service
        : throw new ArgumentException($"No feature service '{name}'; there are {Names(_services.Keys)}. Add it with AddService.", nameof(name));

    private static string Names(IEnumerable<string> names) => names.Any() ? string.Join(", ", names.Order(StringComparer.Ordinal).Select(static n => $"'{n}'")) : "none";
}
