using System.Collections.Immutable;
using Apache.Arrow;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;

namespace Workflow.Testing.Features;

/// <summary>Reads feature columns back row by row, so that tests can compare them bit by bit.</summary>
public static class FeatureRows
{
    /// <summary>Reads columns of a table.</summary>
    /// <param name="table">For example a training set's table.</param>
    /// <param name="features">The columns wanted, of numbers, booleans (0 and 1), times (microseconds), or lists of float64 or int64.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    /// <returns>One array a row, one value a column.</returns>
    public static async Task<IReadOnlyList<ImmutableArray<FeatureValue>>> ReadAsync(TableSource table, IReadOnlyList<string> features, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(features);
        var rows = new List<ImmutableArray<FeatureValue>>();
        await foreach (var batch in table.ReadAsync(features, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                rows.AddRange(Read(batch, features));
            }
        }

        return rows;
    }

    /// <summary>Reads columns of a batch.</summary>
    /// <param name="batch">Borrowed.</param>
    /// <param name="features">The columns wanted, of numbers, booleans (0 and 1), times (microseconds), or lists of float64 or int64.</param>
    /// <returns>One array a row, one value a column.</returns>
    public static IReadOnlyList<ImmutableArray<FeatureValue>> Read(RecordBatch batch, IReadOnlyList<string> features)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(features);
        var columns = features.Select(batch.Column).ToArray();
        var rows = new List<ImmutableArray<FeatureValue>>(batch.Length);
        for (var row = 0; row < batch.Length; row++)
        {
            rows.Add([.. columns.Select(c => Value(c, row))]);
        }

        GC.KeepAlive(batch);
        return rows;
    }

    private static FeatureValue Value(IArrowArray column, int row) => column switch
    {
        _ when column.IsNull(row) => FeatureValue.Null,
        Int64Array integers => FeatureValue.FromInt64(integers.Values[row]),
        DoubleArray doubles => FeatureValue.FromDouble(doubles.Values[row]),
        ListArray { Values: DoubleArray items } lists => FeatureValue.FromDoubles(items.Values.Slice(lists.ValueOffsets[row], lists.GetValueLength(row))),
        ListArray { Values: Int64Array items } lists => FeatureValue.FromInt64s(items.Values.Slice(lists.ValueOffsets[row], lists.GetValueLength(row))),
        NullArray => FeatureValue.Null,
        _ when TableRows.Cell(column, row) is long integer => FeatureValue.FromInt64(integer),
        _ when TableRows.Cell(column, row) is double number => FeatureValue.FromDouble(number),
        _ when TableRows.Cell(column, row) is bool truth => FeatureValue.FromInt64(truth ? 1 : 0),
        _ => throw new ArgumentException($"Expected columns of type double or int64 or lists of them, got {column.Data.DataType.Name}."),
    };
}
