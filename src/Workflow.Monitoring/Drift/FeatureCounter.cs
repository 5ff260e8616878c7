using System.Buffers;
using Apache.Arrow;
using Workflow.Monitoring.Profiles;

namespace Workflow.Monitoring.Drift;

/// <summary>Counts the rows of a column into the bins of a reference. Immutable; safe for concurrent use.</summary>
internal sealed class FeatureCounter(FeatureReference reference)
{
    private readonly double[] _edges = [.. reference.Edges];
    private readonly Utf8Index? _categories = reference.Kind is FeatureKind.Category ? new Utf8Index(reference.Categories) : null;

    public FeatureReference Reference { get; } = reference;

    /// <summary>Gets the number of bins, those for null and special values included.</summary>
    public int Bins => Reference.Kind is FeatureKind.Category ? Reference.Categories.Length + 2 : BinCounts.CountersFor(_edges.Length) + 1;

    /// <summary>Adds rows to their bins.</summary>
    /// <param name="array">The column. Borrowed.</param>
    /// <param name="start">The first row.</param>
    /// <param name="length">How many rows.</param>
    /// <param name="counts">One counter for each bin. Added to.</param>
    public void Add(IArrowArray array, int start, int length, Span<long> counts)
    {
        if (_categories is not null)
        {
            AddCategories(array, start, length, counts);
            return;
        }

        var scratch = ArrayPool<double>.Shared.Rent(ColumnBlock.Rows);
        var valid = ArrayPool<double>.Shared.Rent(ColumnBlock.Rows);
        var validity = ColumnBlock.Validity(array);
        var values = counts[..^1];
        for (var end = start + length; start < end; start += ColumnBlock.Rows)
        {
            var block = ColumnBlock.AsDouble(array, start, scratch.AsSpan(0, Math.Min(ColumnBlock.Rows, end - start)));
            if (validity.IsEmpty)
            {
                BinCounts.Add(block, _edges, values);
                continue;
            }

            var kept = 0;
            for (var i = 0; i < block.Length; i++)
            {
                valid[kept] = block[i];
                kept += ColumnBlock.IsNull(validity, array.Offset + start + i) ? 0 : 1;
            }

            counts[^1] += block.Length - kept;
            BinCounts.Add(valid.AsSpan(0, kept), _edges, values);
        }

        ArrayPool<double>.Shared.Return(scratch);
        ArrayPool<double>.Shared.Return(valid);
    }

    private void AddCategories(IArrowArray array, int start, int length, Span<long> counts)
    {
        var positions = ArrayPool<int>.Shared.Rent(array.Length);
        StringColumn.Find(array, _categories!, positions.AsSpan(0, array.Length));
        foreach (var position in positions.AsSpan(start, length))
        {
            counts[position >= 0 ? position : position == StringColumn.Null ? counts.Length - 1 : counts.Length - 2]++;
        }

        ArrayPool<int>.Shared.Return(positions);
    }
}
