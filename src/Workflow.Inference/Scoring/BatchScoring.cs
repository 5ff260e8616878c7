using System.Numerics;
using Apache.Arrow;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Workflow.Inference.Scoring;

/// <summary>Scores Arrow batches: packs columns tile by tile, or hands a matrix column to ONNX Runtime as it is.</summary>
internal sealed class BatchScoring(OnnxSession session, TabularGraph graph, LanePool lanes, InputMapping mapping, Schema outputs, NonFiniteScores nonFinite)
{
    // Of a matrix nothing has to be packed; this bounds only the model's own intermediate values.
    private const int MatrixSliceRows = 4096;

    /// <summary>Scores a batch. The caller is inside the session.</summary>
    public RecordBatch Score(RecordBatch batch, CancellationToken cancellationToken)
    {
        var scores = new ScoreColumns(outputs, graph.Outputs, batch.Length);
        if (mapping.FindMatrix(batch) is { } matrix && graph.TileRows > 1)
        {
            ScoreMatrix(matrix, scores, batch.Length, cancellationToken);
        }
        else
        {
            ScoreTiles(batch, scores, cancellationToken);
        }

        GC.KeepAlive(batch);
        return scores.ToBatch();
    }

    /// <summary>Scores rows that lie in memory. The caller is inside the session.</summary>
    public void Score(ReadOnlySpan<float> rows, Span<double> scores)
    {
        var features = graph.Features;
        var width = graph.ScoresPerRow;
        var count = rows.Length / features;
        var lane = lanes.Rent();
        try
        {
            for (var start = 0; start < count;)
            {
                var run = ScoringLane.RowsOfNextRun(graph, count - start);
                rows.Slice(start * features, run * features).CopyTo(lane.Input);
                lane.Run(run);
                for (int output = 0, first = 0; output < graph.Outputs.Length; first += graph.Outputs[output].Width, output++)
                {
                    Widen(lane, output, run, start, scores[((start * width) + first)..]);
                }

                start += run;
            }
        }
        finally
        {
            lanes.Return(lane);
        }
    }

    private void Widen(ScoringLane lane, int output, int rows, int start, Span<double> scores)
    {
        var shape = graph.Outputs[output];
        var count = rows * shape.Width;
        if (shape.IsDouble)
        {
            var values = lane.Scores<double>(output)[..count];
            Require(output, start, ScoreColumns.FirstNonFinite(values), values);
            for (var i = 0; i < count; i++)
            {
                scores[(i / shape.Width * graph.ScoresPerRow) + (i % shape.Width)] = values[i];
            }
        }
        else
        {
            var values = lane.Scores<float>(output)[..count];
            Require(output, start, ScoreColumns.FirstNonFinite(values), values);
            for (var i = 0; i < count; i++)
            {
                scores[(i / shape.Width * graph.ScoresPerRow) + (i % shape.Width)] = values[i];
            }
        }
    }

    private void ScoreTiles(RecordBatch batch, ScoreColumns scores, CancellationToken cancellationToken)
    {
        var columns = mapping.FindColumns(batch);
        var lane = lanes.Rent();
        try
        {
            for (var start = 0; start < batch.Length;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var tile = Math.Min(graph.TileRows, batch.Length - start);
                var rows = ScoringLane.RowsOfNextRun(graph, tile);
                Pack(columns, start, rows, lane.Input);
                lane.Run(rows);
                for (var output = 0; output < graph.Outputs.Length; output++)
                {
                    var count = rows * graph.Outputs[output].Width;
                    if (graph.Outputs[output].IsDouble)
                    {
                        Take(scores, output, start, lane.Scores<double>(output)[..count]);
                    }
                    else
                    {
                        Take(scores, output, start, lane.Scores<float>(output)[..count]);
                    }
                }

                start += rows;
            }
        }
        finally
        {
            lanes.Return(lane);
        }
    }

    private void Pack(IArrowArray[] columns, int start, int rows, Span<float> tile)
    {
        if (columns is [FixedSizeListArray matrix])
        {
            Values(matrix).Slice(start * graph.Features, rows * graph.Features).CopyTo(tile);
            return;
        }

        for (var i = 0; i < columns.Length; i++)
        {
            ColumnPacker.Pack(columns[i], start, rows, tile[i..], columns.Length);
        }
    }

    private unsafe void ScoreMatrix(FixedSizeListArray matrix, ScoreColumns scores, int rowCount, CancellationToken cancellationToken)
    {
        var memory = OrtMemoryInfo.DefaultInstance;
        fixed (float* values = Values(matrix))
        {
            for (var start = 0; start < rowCount; start += MatrixSliceRows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                long rows = Math.Min(MatrixSliceRows, rowCount - start);
                using var input = OrtValue.CreateTensorValueWithData(
                    memory, TensorElementType.Float, [rows, graph.Features], (nint)(values + ((long)start * graph.Features)), rows * graph.Features * sizeof(float));
                using var results = session.Session.Run(session.RunOptions, [graph.Input], [input], [.. graph.Outputs.Select(o => o.Name)]);
                for (var output = 0; output < graph.Outputs.Length; output++)
                {
                    if (graph.Outputs[output].IsDouble)
                    {
                        Take(scores, output, start, results[output].GetTensorDataAsSpan<double>());
                    }
                    else
                    {
                        Take(scores, output, start, results[output].GetTensorDataAsSpan<float>());
                    }
                }
            }
        }
    }

    private void Take<T>(ScoreColumns scores, int output, int start, ReadOnlySpan<T> values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Require(output, start, ScoreColumns.FirstNonFinite(values), values);
        scores.Write(output, start, values);
    }

    private void Require<T>(int output, int start, int position, ReadOnlySpan<T> values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (position >= 0 && nonFinite == NonFiniteScores.Reject)
        {
            var shape = graph.Outputs[output];
            throw new NonFiniteScoresException(session.Name, shape.Name, start + (position / shape.Width), double.CreateTruncating(values[position]));
        }
    }

    private ReadOnlySpan<float> Values(FixedSizeListArray matrix) =>
        ((FloatArray)matrix.Values).Values.Slice(matrix.Offset * graph.Features, matrix.Length * graph.Features);
}
