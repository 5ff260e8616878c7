using Apache.Arrow;
using BenchmarkDotNet.Attributes;
using Workflow.Features.Online;

namespace Workflow.Benchmarks.Features;

/// <summary>Taking events in, and reading one request at a time from a store that holds them.</summary>
[MemoryDiagnoser]
public class OnlineFeaturesBenchmarks
{
    private readonly List<RecordBatch> _events = [];
    private OnlineFeatures _filled = null!;
    private RecordBatch _request = null!;

    [Params(50, 5_000)]
    public int Keys { get; set; }

    [GlobalSetup]
    public async Task Setup()
    {
        _filled = new OnlineFeatures(SyntheticLog.Service);
        using var log = SyntheticLog.Table(200_000, Keys);
        await foreach (var batch in log.ReadAsync())
        {
            _events.Add(batch);
            await _filled.IngestAsync("log", batch);
        }

        using var late = SyntheticLog.Table(1, Keys);
        _request = await late.ReadAsync().FirstAsync();
        _filled.Advance(DateTimeOffset.UnixEpoch.AddDays(1));
    }

    [Benchmark(OperationsPerInvoke = 200_000)]
    public async Task<long> Ingest()
    {
        var online = new OnlineFeatures(SyntheticLog.Service);
        foreach (var batch in _events)
        {
            await online.IngestAsync("log", batch);
        }

        return online.RetainedEvents;
    }

    [Benchmark]
    public async Task<int> ReadOne()
    {
        using var features = await _filled.ReadAsync(_request, "time");
        return features.Values.Length;
    }
}
