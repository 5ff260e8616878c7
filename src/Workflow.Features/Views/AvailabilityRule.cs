namespace Workflow.Features.Views;

/// <summary>What the availability of an event decides in a join.</summary>
public enum AvailabilityRule
{
    /// <summary>An event counts only if it is available at or before the query; one whose availability is null never does. The default.</summary>
    Enforce = 0,

    /// <summary>
    /// Availability decides only between events of the same time: the later one wins, null is the lowest. Values filled in afterwards leak
    /// into training. With <see cref="EqualTimeRule.Include"/> it is Feast's default rule.
    /// </summary>
    TiesOnly = 1,
}
