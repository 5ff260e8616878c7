using Workflow.Data.Tables;

namespace Workflow.Features.Offline;

/// <summary>The rows that features are wanted for, and the moment of each. Immutable.</summary>
/// <param name="Rows">Has the key columns of the service's entities, the time column, and what on-demand features read.</param>
/// <param name="TimeColumn">A timestamp: features of a row are as they could be known then. Without a zone it is read as UTC.</param>
public sealed record LabelTable(TableSource Rows, string TimeColumn)
{
    /// <summary>Gets the columns that pass through into the result, in order; null for all of them.</summary>
    public IReadOnlyList<string>? Keep { get; init; }
}
