namespace Workflow.Training.LightGbm.Export;

/// <summary>Which columns the exported trees read: the features, then derived ones. Immutable.</summary>
/// <remarks>
/// ONNX trees do not know "zero is missing". Whether a value counts as missing depends on one feature only, so such a feature gets
/// a second column in which everything that LightGBM takes for 0 is NaN: computed once a row, and every tree stays a plain tree.
/// </remarks>
internal sealed class EnsembleColumns
{
    private readonly int _features;
    private readonly List<int> _zeroMissing;

    public EnsembleColumns(LightGbmText model)
    {
        _features = model.FeatureNames.Length;
        var zeroMissing = new SortedSet<int>();
        foreach (var tree in model.Trees)
        {
            for (var split = 0; split < tree.Leaves - 1; split++)
            {
                if (IsZeroMissing(tree, split))
                {
                    zeroMissing.Add(tree.SplitFeature[split]);
                }
            }
        }

        _zeroMissing = [.. zeroMissing];
    }

    /// <summary>Gets the features that have a column in which everything that LightGBM takes for 0 is NaN, ascending.</summary>
    public IReadOnlyList<int> ZeroMissing => _zeroMissing;

    /// <summary>Gets the column that a split reads.</summary>
    public int ColumnOf(LightGbmTree tree, int split)
    {
        var feature = tree.SplitFeature[split];
        return IsZeroMissing(tree, split) ? _features + _zeroMissing.BinarySearch(feature) : feature;
    }

    private static bool IsZeroMissing(LightGbmTree tree, int split) =>
        !tree.IsCategorical(split) && tree.Missing(split) == LightGbmMissing.Zero;
}
