namespace Workflow.Training.LightGbm.Export;

/// <summary>One comparison <c>column ≤ threshold</c> in 64 bits, or one test whether a column's value is among a few small integers.</summary>
/// <param name="Column">The column (see <see cref="EnsembleColumns"/>).</param>
/// <param name="Threshold">The threshold.</param>
/// <param name="IsMissingTrue">Whether NaN counts as true.</param>
/// <param name="True">Where true leads: the place of a node, or the bitwise complement of a leaf.</param>
/// <param name="False">Where false leads.</param>
internal readonly record struct DecisionNode(int Column, double Threshold, bool IsMissingTrue, int True, int False)
{
    /// <summary>Gets the integers for which the node is true; null for a comparison.</summary>
    public IReadOnlyList<double>? Members { get; init; }
}
