using System.Numerics;
using Apache.Arrow;
using Workflow.Data.Tables;
using Workflow.Training.LightGbm.Native;
using Workflow.Training.Trainers;

namespace Workflow.Training.LightGbm.Boosting;

/// <summary>Carries the rows of a table to LightGBM, batch by batch: only labels, weights and binned features stay in memory.</summary>
/// <param name="columns">The columns.</param>
/// <param name="thread">The training's thread.</param>
/// <param name="session">The native state, touched on that thread only.</param>
/// <param name="progress">Whom to tell.</param>
internal sealed class TrainingRun(TrainingColumns columns, TrainingThread thread, BoostingSession session, ProgressGate progress)
{
    /// <summary>Draws the rows that bins are found from, and makes the training data set.</summary>
    public async Task LoadTrainAsync(TableSource source, TrainingTargets targets, CancellationToken cancellationToken)
    {
        var sample = await thread.RunAsync(() => session.DrawSample(targets.Rows, columns.Features.Length), cancellationToken).ConfigureAwait(false);
        if (columns.IsSingle)
        {
            await ReadAsync<float>("binning", source, targets.Rows, (rows, first, count) => sample.Add<float>(rows.Span, first, count), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await ReadAsync<double>("binning", source, targets.Rows, (rows, first, count) => sample.Add<double>(rows.Span, first, count), cancellationToken).ConfigureAwait(false);
        }

        var dataset = await thread.RunAsync(() => session.CreateTrain(targets.Rows), cancellationToken).ConfigureAwait(false);
        await FillAsync("loading", dataset, source, targets, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes the validation data set.</summary>
    public async Task LoadValidationAsync(TableSource source, TrainingTargets targets, CancellationToken cancellationToken)
    {
        var dataset = await thread.RunAsync(() => session.CreateValidation(targets.Rows), cancellationToken).ConfigureAwait(false);
        await FillAsync("loading validation", dataset, source, targets, cancellationToken).ConfigureAwait(false);
    }

    private async Task FillAsync(string stage, DatasetHandle dataset, TableSource source, TrainingTargets targets, CancellationToken cancellationToken)
    {
        if (columns.IsSingle)
        {
            await ReadAsync<float>(stage, source, targets.Rows, (rows, first, count) => BoostingSession.Push<float>(dataset, rows.Span, first, count), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await ReadAsync<double>(stage, source, targets.Rows, (rows, first, count) => BoostingSession.Push<double>(dataset, rows.Span, first, count), cancellationToken).ConfigureAwait(false);
        }

        await OnThreadAsync(() => BoostingSession.SetTargets(dataset, targets), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads and packs the features and hands every block to the training's thread.</summary>
    private async Task ReadAsync<T>(string stage, TableSource source, int expectedRows, Action<ReadOnlyMemory<T>, int, int> take, CancellationToken cancellationToken)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var buffer = System.Array.Empty<T>();
        var rows = 0;
        await foreach (var batch in source.ReadAsync(columns.Features, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                // Huge batches are cut, so that the packed block stays small.
                for (var start = 0; start < batch.Length; start += TableSource.DefaultBatchRows)
                {
                    var count = Math.Min(TableSource.DefaultBatchRows, batch.Length - start);
                    if (rows + count > expectedRows)
                    {
                        throw Changed(source, expectedRows, $"more than {rows}");
                    }

                    buffer = Pack(batch, start, count, buffer);
                    var (block, first) = (buffer.AsMemory(0, count * columns.Features.Length), rows);
                    await OnThreadAsync(() => take(block, first, count), cancellationToken).ConfigureAwait(false);
                    rows += count;
                    progress.Report(new TrainingProgress(stage, (double)rows / expectedRows, 0, null, double.NaN, progress.Elapsed));
                }
            }
        }

        if (rows != expectedRows)
        {
            throw Changed(source, expectedRows, $"{rows}");
        }
    }

    // A cancelled call leaves its block to the thread, which may still read it: blocks are never pooled.
    private static T[] Pack<T>(RecordBatch batch, int start, int count, T[] buffer)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var needed = count * batch.ColumnCount;
        if (buffer.Length < needed)
        {
            buffer = GC.AllocateUninitializedArray<T>(needed);
        }

        RowPacker.Pack(batch.Arrays as IReadOnlyList<IArrowArray> ?? [.. batch.Arrays], start, count, buffer.AsSpan());
        GC.KeepAlive(batch);
        return buffer;
    }

    private Task<bool> OnThreadAsync(Action work, CancellationToken cancellationToken) => thread.RunAsync(
        () =>
        {
            work();
            return true;
        },
        cancellationToken);

    private static InvalidDataException Changed(TableSource source, int expected, string found) =>
        new($"{source.Describe()} had {expected} rows when its labels were read and {found} when its features were read; train on a table that does not change.");
}
