namespace Workflow.Features.Views;

/// <summary>A feature computed at the request from its columns and from other features of the service, by the same formula offline and online. Immutable.</summary>
/// <param name="Name">Unique in its service; also the name of the output column.</param>
/// <param name="Formula">Reads columns of the label table or request, and features as <c>view.feature</c>, for example <c>hour(date)</c> or <c>amount / coalesce(cards.mean_7d, 1)</c>.</param>
public sealed record OnDemandFeature(string Name, Expression Formula);
