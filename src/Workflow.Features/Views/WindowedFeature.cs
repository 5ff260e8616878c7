using Workflow.Features.Aggregation;

namespace Workflow.Features.Views;

/// <summary>One feature of a view: an aggregate over a window that ends at the query time. Immutable.</summary>
/// <param name="Name">Unique in its view, for example <c>delay_mean_3h</c>.</param>
/// <param name="Aggregate">What is computed.</param>
/// <param name="Window">Events with a time in <c>[q − Window, q)</c> count; null for the whole history.</param>
public sealed record WindowedFeature(string Name, Aggregate Aggregate, TimeSpan? Window)
{
    /// <summary>Gets the condition on source rows: those that do not fulfil it do not exist for this feature. Null for every row.</summary>
    public Expression? Where { get; init; }
}
