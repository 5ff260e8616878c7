namespace Workflow.Features.Views;

/// <summary>Writes a <see cref="FeatureService"/> down, step by step; nothing is computed.</summary>
/// <remarks>Not thread-safe; used where the service is defined.</remarks>
public sealed class FeatureServiceBuilder
{
    private readonly string _name;
    private readonly List<ServiceView> _views = [];
    private readonly List<OnDemandFeature> _onDemand = [];
    private readonly List<string> _faults = [];

    internal FeatureServiceBuilder(string name) => _name = name;

    /// <summary>Takes features of a view.</summary>
    /// <param name="view">The view; at most once a service.</param>
    /// <param name="features">Names of its features; none for all of them.</param>
    public FeatureServiceBuilder View(FeatureView view, params string[] features)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(features);
        var unknown = features.Except(view.FeatureNames, StringComparer.Ordinal).ToList();
        _faults.AddRange(unknown.Select(name => $"view '{view.Name}' has no feature '{name}'; it has {string.Join(", ", view.FeatureNames)}"));
        string[] taken = features.Length == 0 ? [.. view.FeatureNames] : [.. features.Except(unknown, StringComparer.Ordinal)];
        _views.Add(new ServiceView(view, [.. taken.SelectMany(name => view.Features.Where(f => f.Name == name))])
        {
            Latest = [.. taken.SelectMany(name => view.Latest.Where(f => f.Name == name))],
            Names = [.. taken],
        });
        return this;
    }

    /// <summary>Adds a feature computed from the request itself.</summary>
    /// <param name="name">Its name, and its output column.</param>
    /// <param name="formula">Over columns of the label table or request, for example <c>hour(date)</c>.</param>
    public FeatureServiceBuilder OnDemand(string name, string formula)
    {
        ArgumentNullException.ThrowIfNull(name);
        _onDemand.Add(new OnDemandFeature(name, Expression.Parse(formula)));
        return this;
    }

    /// <summary>Ends the definition.</summary>
    /// <exception cref="InvalidOperationException">The definition is incomplete or contradicts itself; every fault is listed.</exception>
    public FeatureService Build()
    {
        var faults = new List<string>(_faults);
        faults.AddRange(_onDemand.Select(static f => f.Name).Prepend(_name).Where(static n => !DefinitionName.IsValid(n)).Select(static n => $"the name '{n}' is not {DefinitionName.Rule}"));
        faults.AddRange(_views.GroupBy(static v => v.View.Name).Where(static g => g.Count() > 1).Select(static g => $"view '{g.Key}' is taken {g.Count()} times"));
        faults.AddRange(_onDemand.GroupBy(static f => f.Name).Where(static g => g.Count() > 1).Select(static g => $"on-demand feature '{g.Key}' is defined {g.Count()} times"));
        if (_views.Count + _onDemand.Count == 0)
        {
            faults.Add("no feature: call View or OnDemand");
        }

        return faults.Count == 0
            ? new FeatureService(_name, [.. _views], [.. _onDemand])
            : throw new InvalidOperationException($"Feature service '{_name}' cannot be built: {string.Join("; ", faults)}.");
    }
}
