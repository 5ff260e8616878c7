using Workflow.Features.Views;

namespace Workflow.Testing.Features;

/// <summary>The newest row that counts for a label row, as <see cref="BruteForceJoin"/> finds it.</summary>
/// <param name="Status">Whether there is one, and whether it is young enough.</param>
/// <param name="SourceRow">Its position in its source; −1 where there is none.</param>
public readonly record struct BruteForceNewest(FeatureStatus Status, int SourceRow);
