using System.Collections.Immutable;

namespace Workflow.Training.LightGbm.Text;

/// <summary>What was read of a valid LightGBM model text. Immutable.</summary>
/// <param name="Objective">The objective and its parameters, for example <c>binary sigmoid:1</c>; null where the model has none.</param>
/// <param name="FeatureNames">The features' names in the text.</param>
/// <param name="ScoresPerRow">How many scores a row gets.</param>
/// <param name="Trees">The number of trees.</param>
internal sealed record ModelText(string? Objective, ImmutableArray<string> FeatureNames, int ScoresPerRow, int Trees);
