namespace Workflow.Training.LightGbm.Export;

/// <summary>Which columns the exported trees read: the features, then derived ones. Not thread-safe; one export each.</summary>
/// <remarks>
/// ONNX trees know neither "zero is missing" nor the truncation of categories. Both depend on one feature only, so each becomes a
/// derived column: computed once a row, and every tree stays a plain tree.
/// </remarks>
internal sealed class EnsembleColumns(int features)
{
    private readonly SortedSet<int> _zeroMissing = [];
    private readonly SortedSet<int> _categories = [];
    private List<int> _zeroMissingList = [];
    private List<int> _categoryList = [];

    /// <summary>Gets the features that have a column in which everything that LightGBM takes for 0 is NaN.</summary>
    public IReadOnlyList<int> ZeroMissing => _zeroMissingList;

    /// <summary>Gets the features that have a column truncated to an integer, as categories are.</summary>
    public IReadOnlyList<int> Categories => _categoryList;

    /// <summary>Collects the columns that trees need.</summary>
    public static EnsembleColumns Of(LightGbmText model)
    {
        var columns = new EnsembleColumns(model.FeatureNames.Length);
        foreach (var tree in model.Trees)
        {
            for (var split = 0; split < tree.Leaves - 1; split++)
            {
                if (tree.IsCategorical(split))
                {
                    columns._categories.Add(tree.SplitFeature[split]);
                }
                else if (tree.Missing(split) == LightGbmMissing.Zero)
                {
                    columns._zeroMissing.Add(tree.SplitFeature[split]);
                }
            }
        }

        (columns._zeroMissingList, columns._categoryList) = ([.. columns._zeroMissing], [.. columns._categories]);
        return columns;
    }

    /// <summary>Gets the column that a split reads.</summary>
    public int ColumnOf(LightGbmTree tree, int split)
    {
        var feature = tree.SplitFeature[split];
        return tree.IsCategorical(split) ? features + _zeroMissingList.Count + _categoryList.BinarySearch(feature)
            : tree.Missing(split) == LightGbmMissing.Zero ? features + _zeroMissingList.BinarySearch(feature)
            : feature;
    }
}
