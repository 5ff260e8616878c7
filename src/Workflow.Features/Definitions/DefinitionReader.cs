using System.Collections.Immutable;
using Workflow.Features.Views;

namespace Workflow.Features.Definitions;

/// <summary>Makes definitions of a file's nodes; what is wrong becomes a fault and reading goes on.</summary>
internal sealed class DefinitionReader(List<DefinitionFault> faults)
{
    private readonly Dictionary<string, Entity> _entities = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FeatureView?> _views = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _paths = new(StringComparer.Ordinal);

    public FeatureDefinitions? Read(DefinitionNode root)
    {
        var members = root.Members("entities", "views", "services");
        foreach (var (name, node) in members.TryGetValue("entities", out var entities) ? entities.AllMembers() : [])
        {
            ReadEntity(name, node);
        }

        foreach (var (name, node) in members.TryGetValue("views", out var views) ? views.AllMembers() : [])
        {
            _views[name] = new ViewReader(_entities, _paths).Read(name, node);
        }

        var services = new List<FeatureService>();
        foreach (var (name, node) in members.TryGetValue("services", out var all) ? all.AllMembers() : [])
        {
            if (ReadService(name, node) is { } service)
            {
                services.Add(service);
            }
        }

        if (!members.ContainsKey("views"))
        {
            root.Fault("expected views");
        }

        return faults.Count > 0 ? null : new FeatureDefinitions([.. _entities.Values], [.. _views.Values.OfType<FeatureView>()], [.. services], _paths.ToImmutableSortedDictionary(StringComparer.Ordinal));
    }

    private void ReadEntity(string name, DefinitionNode node)
    {
        // An empty mapping of keys says that there are none.
        var members = node.Members("keys");
        var keys = new List<EntityKey>();
        if (!members.TryGetValue("keys", out var list))
        {
            node.Fault("expected keys: a mapping of column names to types");
        }

        foreach (var (key, type) in list?.AllMembers() ?? [])
        {
            if (type.Word(EntityKeyTypeName.All) is { } index)
            {
                keys.Add(new EntityKey(key, (EntityKeyType)index));
            }
        }

        _entities[name] = keys.Count == 0 ? Entity.WithoutKeys(name) : new Entity(name, [.. keys]);
    }

    private FeatureService? ReadService(string name, DefinitionNode node)
    {
        var before = faults.Count;
        var members = node.IsMapping ? node.Members("features", "on_demand") : [];
        var taken = new List<(FeatureView View, List<string> Names)>();
        var list = node.IsMapping ? members.GetValueOrDefault("features") : node;
        foreach (var item in list?.Items() ?? [])
        {
            if (item.Text("view.feature") is not { } reference)
            {
                continue;
            }

            var dot = reference.IndexOf('.', StringComparison.Ordinal);
            var (viewName, feature) = dot < 0 ? (reference, null) : (reference[..dot], reference[(dot + 1)..]);
            if (!_views.TryGetValue(viewName, out var view))
            {
                item.Fault($"service '{name}' names the view '{viewName}', which is not defined; views are {(_views.Count == 0 ? "none" : string.Join(", ", _views.Keys))}");
            }
            else if (view is not null)
            {
                var names = taken.Find(t => t.View == view).Names;
                if (names is null)
                {
                    taken.Add((view, names = []));
                }

                if (feature is not null && !view.FeatureNames.Contains(feature, StringComparer.Ordinal))
                {
                    item.Fault($"view '{viewName}' has no feature '{feature}'; it has {string.Join(", ", view.FeatureNames)}");
                }
                else if (feature is not null ? names.Contains(feature) : names.Count > 0)
                {
                    item.Fault($"'{reference}' is taken twice");
                }
                else
                {
                    names.AddRange(feature is not null ? [feature] : view.FeatureNames);
                }
            }
        }

        var builder = FeatureService.Define(name);
        taken.ForEach(t => builder.View(t.View, [.. t.Names]));
        foreach (var (feature, formula) in members.TryGetValue("on_demand", out var onDemand) ? onDemand.AllMembers() : [])
        {
            if (formula.Formula() is { } parsed)
            {
                builder.OnDemand(feature, parsed.ToString());
            }
        }

        return faults.Count > before || taken.Exists(static t => t.Names.Count == 0) || _views.ContainsValue(null) ? null : Built(node, builder.Build);
    }

    /// <summary>Ends a definition; what the builder refuses becomes a fault.</summary>
    public static T? Built<T>(DefinitionNode node, Func<T> build)
        where T : class
    {
        try
        {
            return build();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException)
        {
            node.Fault(e.Message);
            return null;
        }
    }
}
