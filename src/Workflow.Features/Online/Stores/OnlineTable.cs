using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Workflow.Data.Storage;
using Workflow.Features.Joins;
using Workflow.Features.Views;

namespace Workflow.Features.Online.Stores;

/// <summary>What an online store keeps one row a key of: the features of a view that have one event time together. Immutable.</summary>
/// <remarks>
/// Columns of the newest row of one condition are one table, and all windowed aggregates of a view, which are as of one moment, are
/// another. A view with one kind of features is one table of the view's name; more tables of a view are named
/// <c>view.windows</c> and <c>view.where.HASH</c>, names that no view can have.
/// </remarks>
public sealed class OnlineTable
{
    private OnlineTable(FeatureView view, string name, ImmutableArray<string> features) => (View, Name, Features) = (view, name, features);

    /// <summary>Gets the view.</summary>
    public FeatureView View { get; }

    /// <summary>Gets the name, unique in a store.</summary>
    public string Name { get; }

    /// <summary>Gets the names of the features, in the order of the view.</summary>
    public ImmutableArray<string> Features { get; }

    /// <summary>Gets the digest of the definition, which travels with every row.</summary>
    public ContentDigest Digest => View.Digest;

    /// <summary>Gets whether the rows are aggregates as of their event time, and not rows of the source.</summary>
    public bool HoldsWindows { get; private init; }

    /// <summary>Gets the condition on the rows of the source beside the view's own; null for none.</summary>
    internal Expression? Where { get; private init; }

    /// <summary>Gives the tables of a view: of the columns of the newest row first.</summary>
    /// <param name="view">The definition.</param>
    public static ImmutableArray<OnlineTable> Of(FeatureView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        var conditions = view.Latest.GroupBy(static f => f.Where?.ToString() ?? "", StringComparer.Ordinal).ToList();
        var isOnly = conditions.Count + (view.Features.IsEmpty ? 0 : 1) == 1;
        var tables = conditions.Select(g => new OnlineTable(
            view,
            isOnly || g.Key.Length == 0 ? view.Name : $"{view.Name}.where.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(g.Key)).AsSpan(0, 4))}",
            [.. g.Select(static f => f.Name)])
        {
            Where = g.First().Where,
        });
        var windows = view.Features.IsEmpty
            ? []
            : new[] { new OnlineTable(view, isOnly ? view.Name : view.Name + ".windows", [.. view.Features.Select(static f => f.Name)]) { HoldsWindows = true } };
        return [.. tables, .. windows];
    }

    /// <summary>Says whether a stored row counts for a query, by the rules that the offline join has.</summary>
    /// <param name="eventMicroseconds">The row's event time, in microseconds since 1970 UTC.</param>
    /// <param name="availableMicroseconds">When the row could be known; <see cref="long.MinValue"/> where nobody knows, which counts as always.</param>
    /// <param name="queryMicroseconds">The query time.</param>
    /// <returns>
    /// <see cref="FeatureStatus.Present"/>; <see cref="FeatureStatus.NotFound"/> where the row lies after the query or could not be known
    /// yet; <see cref="FeatureStatus.OutsideMaxAge"/> where it is older than the view's time to live, which is inclusive and counted from
    /// the query. Aggregates count at their own moment, and have the time to live of their view too.
    /// </returns>
    public FeatureStatus StatusAt(long eventMicroseconds, long availableMicroseconds, long queryMicroseconds)
    {
        var available = View.AvailabilityRule == AvailabilityRule.TiesOnly ? long.MinValue : availableMicroseconds;
        return EventRows.Visible(eventMicroseconds, available, HoldsWindows ? EqualTimeRule.Include : View.AtEqualTime) > queryMicroseconds ? FeatureStatus.NotFound
            : View.TimeToLive is { } ttl && eventMicroseconds < queryMicroseconds - FeatureTime.Microseconds(ttl) ? FeatureStatus.OutsideMaxAge
            : FeatureStatus.Present;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({Features.Length} features)";
}
