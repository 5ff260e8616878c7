using BenchmarkDotNet.Attributes;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Offline;

namespace Workflow.Benchmarks.Features;

/// <summary>The join against the definition in two loops. The oracle is quadratic in the rows of a key, so it runs on the small size only.</summary>
[MemoryDiagnoser]
public class PointInTimeJoinBenchmarks
{
    private BatchTable _log = null!;

    [Params(20_000, 1_000_000)]
    public int Rows { get; set; }

    // A few long keys and many short ones.
    [Params(50, 5_000)]
    public int Keys { get; set; }

    [GlobalSetup]
    public void Setup() => _log = SyntheticLog.Table(Rows, Keys);

    [GlobalCleanup]
    public void Cleanup() => _log.Dispose();

    /// <summary>One count of the features, made by scanning each key's events for each row.</summary>
    [Benchmark(Baseline = true)]
    public async Task<long> ScanTheKeyForOneCount()
    {
        var total = 0L;
        var byKey = new Dictionary<string, List<(long Time, long Known)>>(StringComparer.Ordinal);
        await foreach (var batch in _log.ReadAsync())
        {
            using (batch)
            {
                var (keys, times, waits) = ((Apache.Arrow.StringArray)batch.Column(0), (Apache.Arrow.TimestampArray)batch.Column(1), (Apache.Arrow.Int64Array)batch.Column(3));
                for (var i = 0; i < batch.Length; i++)
                {
                    if (!byKey.TryGetValue(keys.GetString(i), out var list))
                    {
                        byKey[keys.GetString(i)] = list = [];
                    }

                    list.Add((times.Values[i], times.Values[i] + ((1800 + waits.Values[i]) * 1_000_000)));
                }
            }
        }

        foreach (var events in byKey.Values)
        {
            // Every hundredth row of the large size stands for all of them.
            for (var i = 0; i < events.Count; i += Rows > 100_000 ? 100 : 1)
            {
                foreach (var (time, known) in events)
                {
                    total += known <= events[i].Time && time >= events[i].Time - 86_400_000_000 ? 1 : 0;
                }
            }
        }

        return total;
    }

    [Benchmark]
    public async Task<long?> AllFeatures()
    {
        using var set = await new PointInTimeJoin().RunAsync(SyntheticLog.Service, new LabelTable(_log, "time"), new Dictionary<string, TableSource> { ["log"] = _log });
        return set.Table.RowCount;
    }
}
