namespace Workflow.Features.Views;

/// <summary>Whether an event at exactly the query time counts.</summary>
public enum EqualTimeRule
{
    /// <summary>Only events strictly before the query count. The default: an event of the same moment may be what is being predicted.</summary>
    Before = 0,

    /// <summary>Events at the query time count too: right for snapshots, whose time says from when they hold.</summary>
    Include = 1,
}
