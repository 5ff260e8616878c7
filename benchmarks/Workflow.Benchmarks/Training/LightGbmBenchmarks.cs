using Apache.Arrow;
using Apache.Arrow.Types;
using BenchmarkDotNet.Attributes;
using Workflow.Data.Tables;
using Workflow.Numerics.Random;
using Workflow.Training.LightGbm;
using Workflow.Training.Trainers;

namespace Workflow.Benchmarks.Training;

/// <summary>Training and scoring through the contract, from Arrow batches of float32.</summary>
[MemoryDiagnoser]
public class LightGbmBenchmarks
{
    private const int Columns = 20;
    private BatchTable? _table;
    private FittedModel? _model;

    [Params(10_000, 1_500_000)]
    public int Rows { get; set; }

    [GlobalSetup]
    public async Task SetupAsync()
    {
        _table = Draw(Rows);
        _model = await FitAsync();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _model?.Dispose();
        _table?.Dispose();
    }

    [Benchmark]
    public async Task<int> Train50Iterations()
    {
        using var model = await FitAsync();
        return model.Facts.Count;
    }

    [Benchmark]
    public async Task<int> Score()
    {
        var rows = 0;
        await foreach (var batch in _table!.ReadAsync())
        {
            using (batch)
            {
                using var scored = await _model!.ScoreAsync(batch);
                rows += scored.Length;
            }
        }

        return rows;
    }

    internal static LightGbmOptions Options => new()
    {
        Features = [.. Enumerable.Range(0, Columns).Select(c => $"x{c}")],
        Label = "y",
        Iterations = 50,
    };

    /// <summary>Draws rows whose label depends on the first five features.</summary>
    internal static BatchTable Draw(int rows)
    {
        var schema = new Schema(
            [.. Enumerable.Range(0, Columns).Select(c => new Field($"x{c}", FloatType.Default, nullable: false)), new Field("y", FloatType.Default, nullable: false)],
            metadata: null);
        var batches = new List<RecordBatch>();
        for (var start = 0; start < rows; start += TableSource.DefaultBatchRows)
        {
            var count = Math.Min(TableSource.DefaultBatchRows, rows - start);
            var columns = Enumerable.Range(0, Columns + 1).Select(_ => new FloatArray.Builder().Reserve(count)).ToArray();
            for (var i = 0; i < count; i++)
            {
                var random = new Philox(20_260_101, "rows", (ulong)(start + i));
                var sum = 0f;
                for (var c = 0; c < Columns; c++)
                {
                    var value = (random.NextUInt32() >> 8) * (1f / (1 << 24));
                    columns[c].Append(value);
                    sum += c < 5 ? value : 0;
                }

                columns[Columns].Append(sum + random.NextDouble() > 3 ? 1 : 0);
            }

            batches.Add(new RecordBatch(schema, [.. columns.Select(c => c.Build())], count));
        }

        return new BatchTable(schema, batches);
    }

    private Task<FittedModel> FitAsync() => new LightGbmTrainer(Options).FitAsync(_table!);
}
