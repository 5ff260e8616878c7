namespace Workflow.Features.Aggregation;

/// <summary>One output column as a kernel's driver writes it: 8 bytes a row, or a list a row.</summary>
internal readonly ref struct FeatureCells(FeatureValueKind kind, Span<long> cells, Span<long[]?> lists)
{
    private readonly Span<long> _cells = cells;
    private readonly Span<long[]?> _lists = lists;

    /// <summary>Writes one row.</summary>
    public void Set(int row, in FeatureValue value)
    {
        if (kind <= FeatureValueKind.Int64)
        {
            _cells[row] = value.ToCell(kind);
        }
        else
        {
            _lists[row] = value.ToItems(kind);
        }
    }
}
