using Apache.Arrow;

namespace Workflow.Features.Joins;

/// <summary>A column of the newest rows, picked out of the source: one array for each batch of the labels. Owns its arrays.</summary>
/// <param name="description">Its name, type and metadata.</param>
/// <param name="starts">The row with which each batch of the labels begins, ascending.</param>
/// <param name="values">The arrays.</param>
internal sealed class LatestColumn(Field description, int[] starts, IArrowArray[] values) : OutputColumn
{
    /// <summary>Picks the column, batch by batch.</summary>
    /// <param name="field">Its description.</param>
    /// <param name="kept">The source's column.</param>
    /// <param name="winners">For each output row the row of the source, or a negative number.</param>
    /// <param name="batches">As keys the row with which each batch of the labels begins.</param>
    public static async Task<LatestColumn> PickAsync(Field field, EventTable.KeptColumn kept, int[] winners, ViewJoin.Queries batches)
    {
        using var picker = new RowPicker(kept.Type, kept.Arrays);
        var starts = batches.Keys;
        var values = new IArrowArray[starts.Length];
        await ViewJoin.SpreadAsync(batches, starts.Length, Pick).ConfigureAwait(false);
        return new LatestColumn(field, starts, values);

        Task Pick(int batch, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var end = batch + 1 < starts.Length ? starts[batch + 1] : winners.Length;
            values[batch] = ArrowArrayFactory.BuildArray(picker.Pick(winners.AsSpan(starts[batch]..end)));
            return Task.CompletedTask;
        }
    }

    public override Field Field => description;

    public override IArrowArray Share(int start, int length) =>
        ArrowArrayFactory.BuildArray(values[System.Array.BinarySearch(starts, start)].Data.SliceShared(0, length));

    public override void Dispose() => System.Array.ForEach(values, static v => v.Dispose());
}
