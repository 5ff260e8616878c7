namespace Workflow.Data.Registry;

/// <summary>Who changes a record, how, and why.</summary>
/// <param name="Action">One of the actions of <see cref="AuditRow"/> that are about records.</param>
/// <param name="Actor">Who.</param>
/// <param name="Reason">Why; null where none was asked for.</param>
internal sealed record RecordChange(string Action, string Actor, string? Reason = null);
