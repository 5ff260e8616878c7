namespace Workflow.Features.Views;

/// <summary>A feature computed from the columns of the request itself, by the same formula offline and online. Immutable.</summary>
/// <param name="Name">Unique in its service; also the name of the output column.</param>
/// <param name="Formula">Reads columns of the label table or request, for example <c>hour(date)</c>.</param>
public sealed record OnDemandFeature(string Name, Expression Formula);
