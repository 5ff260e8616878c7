using Workflow.Training.LightGbm.Text;

namespace Workflow.Training.LightGbm.Export;

/// <summary>Which columns the exported trees read: the features, then derived ones. Immutable.</summary>
/// <remarks>
/// ONNX trees know neither "zero is missing" nor LightGBM's category sets. Both depend on one feature only, so they become derived
/// columns, computed once a row: after the features, those whose zeros are NaN; after these, the columns of each
/// <see cref="CategoryTable"/>.
/// </remarks>
internal sealed class EnsembleColumns
{
    private readonly int _features;
    private readonly List<int> _zeroMissing;
    private readonly SortedDictionary<int, CategoryTable> _categories = [];
    private readonly Dictionary<int, int> _firstCategoryColumn = [];

    public EnsembleColumns(ModelText model)
    {
        _features = model.FeatureNames.Length;
        var zeroMissing = new SortedSet<int>();
        foreach (var tree in model.Trees)
        {
            for (var split = 0; split < tree.Leaves - 1; split++)
            {
                var feature = tree.SplitFeature[split];
                if (!tree.IsCategorical(split))
                {
                    if (tree.Missing(split) == MissingValues.Zero)
                    {
                        zeroMissing.Add(feature);
                    }
                }
                else if (tree.LeftCategories(split).Any())
                {
                    if (!_categories.TryGetValue(feature, out var table))
                    {
                        _categories.Add(feature, table = new CategoryTable(feature));
                    }

                    table.Add(tree.LeftCategories(split));
                }
            }
        }

        _zeroMissing = [.. zeroMissing];
        var column = _features + _zeroMissing.Count;
        foreach (var (feature, table) in _categories)
        {
            _firstCategoryColumn.Add(feature, column);
            column += table.Width;
        }
    }

    /// <summary>Gets the features that have a column in which everything that LightGBM takes for 0 is NaN, ascending.</summary>
    public IReadOnlyList<int> ZeroMissing => _zeroMissing;

    /// <summary>Gets the category sets of the features that have some, by feature, ascending.</summary>
    public IReadOnlyCollection<CategoryTable> Categories => _categories.Values;

    /// <summary>Gets the column that a split reads.</summary>
    public int ColumnOf(Tree tree, int split)
    {
        var feature = tree.SplitFeature[split];
        return tree.IsCategorical(split) ? _firstCategoryColumn[feature] + _categories[feature].ColumnOf(tree.LeftCategories(split))
            : tree.Missing(split) == MissingValues.Zero ? _features + _zeroMissing.BinarySearch(feature)
            : feature;
    }

    /// <summary>Gets the values of the column of a categorical split that go left.</summary>
    public IReadOnlyList<double> MembersOf(Tree tree, int split) =>
        _categories[tree.SplitFeature[split]].MembersOf(tree.LeftCategories(split));
}
