namespace Workflow.Features.Views;

/// <summary>A column computed from each source row before anything is aggregated. Immutable.</summary>
/// <param name="Name">Distinct from the source columns that the view uses.</param>
/// <param name="Formula">Reads source columns only.</param>
public sealed record DerivedColumn(string Name, Expression Formula);
