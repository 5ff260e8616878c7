using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>The features of a service's view that see the same rows of its source. Immutable.</summary>
/// <param name="View">The view, with those features only.</param>
/// <param name="Where">Their condition; null for every row.</param>
internal sealed record ViewPart(ServiceView View, Expression? Where)
{
    /// <summary>Splits a view by the conditions of its features.</summary>
    public static IEnumerable<ViewPart> Of(ServiceView view)
    {
        var conditions = view.Features.Select(static f => f.Where).Concat(view.Latest.Select(static f => f.Where)).DistinctBy(static w => w?.ToString());
        return conditions.Select(where => new ViewPart(
            view with
            {
                Features = [.. view.Features.Where(f => f.Where?.ToString() == where?.ToString())],
                Latest = [.. view.Latest.Where(f => f.Where?.ToString() == where?.ToString())],
            },
            where));
    }
}
