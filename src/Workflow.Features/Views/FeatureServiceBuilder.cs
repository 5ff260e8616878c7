using Workflow.Features.Aggregation;

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

    /// <summary>Adds a feature computed at the request.</summary>
    /// <param name="name">Its name, and its output column.</param>
    /// <param name="formula">Over columns of the label table or request, and over features that the service takes as <c>view.feature</c>: for example <c>hour(date)</c> or <c>amount / coalesce(cards.mean_7d, 1)</c>.</param>
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
        faults.AddRange(_onDemand.SelectMany(f => f.Formula.Columns.Where(static c => c.Contains('.', StringComparison.Ordinal)).Select(c => Unusable(f.Name, c)).OfType<string>()));
        if (_views.Count + _onDemand.Count == 0)
        {
            faults.Add("no feature: call View or OnDemand");
        }

        return faults.Count == 0
            ? new FeatureService(_name, [.. _views], [.. _onDemand])
            : throw new InvalidOperationException($"Feature service '{_name}' cannot be built: {string.Join("; ", faults)}.");
    }

    private string? Unusable(string onDemand, string column)
    {
        var taken = _views.SelectMany(static v => v.Names.Select(n => (Column: v.ColumnOf(n), v.Features.FirstOrDefault(f => f.Name == n)?.Aggregate.Kind))).ToList();
        var index = taken.FindIndex(t => t.Column == column);
        return index < 0 ? $"on-demand feature '{onDemand}' reads '{column}', which the service does not take; it takes {(taken.Count == 0 ? "none" : string.Join(", ", taken.Select(static t => t.Column)))}"
            : taken[index].Kind is FeatureValueKind.Float64List or FeatureValueKind.Int64List ? $"on-demand feature '{onDemand}' reads '{column}', which is a list; formulas read numbers" : null;
    }
}
