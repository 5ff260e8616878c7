using System.Collections.Immutable;

namespace Workflow.Training.LightGbm.Text;

/// <summary>One tree of a model text, validated. Immutable.</summary>
/// <remarks>
/// Arrays of splits have <see cref="Leaves"/> − 1 elements. A child that is not negative is a split, a negative one is the
/// bitwise complement of a leaf. Every split and leaf but the root is the child of exactly one split.
/// </remarks>
internal sealed record Tree
{
    /// <summary>LightGBM scores every value from −1e-35f to 1e-35f as 0, before any comparison.</summary>
    public const double ZeroLimit = 1e-35f;

    /// <summary>Gets the number of leaves.</summary>
    public int Leaves => LeafValue.Length;

    public required ImmutableArray<int> SplitFeature { get; init; }

    /// <summary>Gets the thresholds of numeric splits; of categorical ones, the index of the category set.</summary>
    public required ImmutableArray<double> Threshold { get; init; }

    public required ImmutableArray<int> DecisionType { get; init; }

    public required ImmutableArray<int> LeftChild { get; init; }

    public required ImmutableArray<int> RightChild { get; init; }

    public required ImmutableArray<double> LeafValue { get; init; }

    public required ImmutableArray<int> CategoryBoundaries { get; init; }

    public required ImmutableArray<uint> CategoryBits { get; init; }

    public required bool IsLinear { get; init; }

    public bool IsCategorical(int split) => (DecisionType[split] & 1) != 0;

    public bool IsDefaultLeft(int split) => (DecisionType[split] & 2) != 0;

    public MissingValues Missing(int split) => (MissingValues)((DecisionType[split] >> 2) & 3);

    /// <summary>Lists the categories that a categorical split sends to the left, ascending.</summary>
    public IEnumerable<int> LeftCategories(int split)
    {
        var set = (int)Threshold[split];
        var first = CategoryBoundaries[set];
        for (var word = first; word < CategoryBoundaries[set + 1]; word++)
        {
            for (var bits = CategoryBits[word]; bits != 0; bits &= bits - 1)
            {
                yield return ((word - first) * 32) + System.Numerics.BitOperations.TrailingZeroCount(bits);
            }
        }
    }
}
