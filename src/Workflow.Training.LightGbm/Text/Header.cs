using System.Collections.Immutable;

namespace Workflow.Training.LightGbm.Text;

/// <summary>What a model text says before its trees. Immutable.</summary>
/// <param name="Classes">The scores of a row, and the trees of an iteration.</param>
/// <param name="FeatureNames">The features' names, all different.</param>
/// <param name="Objective">What the scores mean.</param>
/// <param name="IsAveraged">Whether scores are means over the iterations.</param>
/// <param name="TreeSizes">The characters of each tree, above 0.</param>
internal sealed record Header(int Classes, ImmutableArray<string> FeatureNames, Objective Objective, bool IsAveraged, ImmutableArray<int> TreeSizes);
