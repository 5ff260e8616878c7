using Apache.Arrow;
using Apache.Arrow.Types;
using BenchmarkDotNet.Attributes;
using Workflow.Data.Tables;
using Workflow.Monitoring.Contracts;
using Workflow.Numerics.Random;

namespace Workflow.Benchmarks.Monitoring;

/// <summary>A contract over a table in memory: a million rows of whole numbers, fractions with nulls, and strings.</summary>
[MemoryDiagnoser]
public class DataContractBenchmarks
{
    private readonly DataContract _contract = DataContract.Create("benchmark")
        .Column("whole", Int64Type.Default, c => c.Between(0, 1000))
        .Column("fraction", DoubleType.Default, c => c.Between(0, 1).AllowNulls())
        .Column("word", StringType.Default, c => c.OneOf(Enumerable.Range(0, 300).Select(i => (ContractValue)$"W{i}")))
        .Build();

    private BatchTable? _table;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Philox(20_260_101, "contract");
        var schema = new Schema([new Field("whole", Int64Type.Default, false), new Field("fraction", DoubleType.Default, true), new Field("word", StringType.Default, false)], metadata: null);
        _table = new BatchTable(schema, Enumerable.Range(0, 16).Select(_ =>
        {
            var (whole, fraction, word) = (new Int64Array.Builder(), new DoubleArray.Builder(), new StringArray.Builder());
            for (var i = 0; i < 62_500; i++)
            {
                whole.Append(random.NextInt32(1000));
                fraction.Append(random.NextInt32(10) == 0 ? null : random.NextDouble());
                word.Append($"W{random.NextInt32(300)}");
            }

            return new RecordBatch(schema, new IArrowArray[] { whole.Build(), fraction.Build(), word.Build() }, 62_500);
        }).ToList());
    }

    [GlobalCleanup]
    public void Cleanup() => _table?.Dispose();

    // Three million values a call.
    [Benchmark(OperationsPerInvoke = 3_000_000)]
    public async Task<long> Check() => (await _contract.CheckAsync(_table!)).Rows;
}
