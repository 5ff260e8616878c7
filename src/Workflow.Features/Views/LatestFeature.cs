namespace Workflow.Features.Views;

/// <summary>One feature of a view: a column of the newest row that counts, with the column's own type and exact value. Immutable.</summary>
/// <param name="Name">Unique in its view.</param>
/// <param name="Column">A source column of any type that tables hold, or a derived one.</param>
/// <param name="Where">Rows that do not fulfil it do not exist for this feature; null for every row.</param>
/// <remarks>
/// The newest row has the latest event time; of equal ones the latest availability, where null is the lowest; of equal ones the last of
/// the source. A row older than the view's time to live gives null with <see cref="FeatureStatus.OutsideMaxAge"/>; an older row never
/// steps in.
/// </remarks>
public sealed record LatestFeature(string Name, string Column, Expression? Where = null);
