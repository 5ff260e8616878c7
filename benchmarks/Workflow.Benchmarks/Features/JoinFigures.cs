using System.Globalization;
using Apache.Arrow;
using Workflow.Data.Partitions;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Views;

namespace Workflow.Benchmarks.Features;

/// <summary>
/// The figure of point-in-time joins in CPU seconds, from Arrow in memory, interleaved with DuckDB's ASOF join of the same tables in its
/// memory: <c>Workflow.Benchmarks join [features] [labels] [keys] [text] [sorted] [columns=3] [rounds=3] [workers=1] [alone]</c>. Answers are compared.
/// With <c>limit=MB</c> the tables lie in Parquet files instead, and the join from there without and with the limit is measured.
/// </summary>
internal static class JoinFigures
{
    public static async Task RunAsync(string[] arguments)
    {
        var numbers = arguments.Where(static a => char.IsAsciiDigit(a[0])).Select(static a => int.Parse(a, CultureInfo.InvariantCulture)).ToArray();
        var size = new JoinSize { IsText = arguments.Contains("text"), IsSorted = arguments.Contains("sorted"), Columns = Named("columns", 1) };
        size = size with
        {
            Features = numbers.ElementAtOrDefault(0) is var f and > 0 ? f : size.Features,
            Labels = numbers.ElementAtOrDefault(1) is var l and > 0 ? l : size.Labels,
            Keys = numbers.ElementAtOrDefault(2) is var k and > 0 ? k : size.Keys,
        };
        if (Named("limit", 0) is var limit and > 0)
        {
            await SpillAsync(size, limit);
            return;
        }

        using var features = JoinTables.Features(size);
        using var labels = JoinTables.Labels(size);
        await ForgetPeakAsync();
        Console.WriteLine($"{size}; tables made, peak memory {PeakMemory()}");
        await using var peer = arguments.Contains("alone") ? null : await DuckDbAsOfJoin.LoadAsync(features, labels, size.Columns);
        for (var round = 0; round < Named("rounds", 3); round++)
        {
            var (ours, sums) = await OursAsync(size, features, labels, new PointInTimeJoin(Named("workers", 1) is var workers and > 1 ? new LocalPartitionRunner(workers) : null));
            var line = string.Create(CultureInfo.InvariantCulture, $"ours {ours.TotalSeconds,6:0.000} CPU s");
            if (peer is not null)
            {
                var (theirs, expected) = await peer.RunAsync();
                var equal = expected.SequenceEqual(sums) ? "equal answers" : $"DIFFERENT: {string.Join(' ', sums)} against {string.Join(' ', expected)}";
                line += string.Create(CultureInfo.InvariantCulture, $"   DuckDB ASOF {theirs.TotalSeconds,6:0.000} CPU s   ratio {ours / theirs:0.000}   {equal}");
            }

            Console.WriteLine($"{line}   peak memory {PeakMemory()}");
        }

        int Named(string name, int other) => arguments.FirstOrDefault(a => a.StartsWith(name + "=", StringComparison.Ordinal)) is { } a ? int.Parse(a[(name.Length + 1)..], CultureInfo.InvariantCulture) : other;
    }

    private static async Task<(TimeSpan Cpu, Int128[] Sums)> OursAsync(JoinSize size, TableSource features, TableSource labels, PointInTimeJoin join)
    {
        string[] columns = [.. JoinTables.Payload.Take(size.Columns)];
        var view = columns.Aggregate(
            FeatureView.Define("f", "f").Entity(new Entity("e", new EntityKey("key", size.IsText ? EntityKeyType.String : EntityKeyType.Int64))).EventTime("t"),
            static (v, c) => v.Latest(c, c)).Build();
        var service = FeatureService.Define("s").View(view).Build();
        var before = Environment.CpuUsage.TotalTime;
        using var set = await join.RunAsync(service, new LabelTable(labels, "t"), new Dictionary<string, TableSource> { ["f"] = features });
        var cpu = Environment.CpuUsage.TotalTime - before;

        // The number of values, their sums, and sums that tell rows apart.
        var sums = new Int128[1 + (2 * columns.Length)];
        await foreach (var batch in set.Table.ReadAsync())
        {
            using (batch)
            {
                var rows = (Int64Array)batch.Column("i");
                for (var c = 0; c < columns.Length; c++)
                {
                    var values = (Int64Array)batch.Column("f." + columns[c]);
                    for (var i = 0; i < values.Length; i++)
                    {
                        if (values.GetValue(i) is { } value)
                        {
                            sums[0] += c == 0 ? 1 : 0;
                            sums[1 + (2 * c)] += value;
                            sums[2 + (2 * c)] += value * (Int128)rows.Values[i];
                        }
                    }
                }
            }
        }

        return (cpu, sums);
    }

    private static async Task SpillAsync(JoinSize size, int limit)
    {
        var folder = Directory.CreateTempSubdirectory("workflow-join-figures-").FullName;
        try
        {
            using (var made = JoinTables.Features(size))
            {
                await ParquetTable.WriteAsync(Path.Combine(folder, "f.parquet"), made);
            }

            using (var made = JoinTables.Labels(size))
            {
                await ParquetTable.WriteAsync(Path.Combine(folder, "l.parquet"), made);
            }

            var (features, labels) = (await ParquetTable.OpenAsync(Path.Combine(folder, "f.parquet")), await ParquetTable.OpenAsync(Path.Combine(folder, "l.parquet")));
            Int128[]? expected = null;
            foreach (var bytes in new long?[] { (long)limit << 20, null })
            {
                await ForgetPeakAsync();
                var (cpu, sums) = await OursAsync(size, features, labels, new PointInTimeJoin(null, null, new PointInTimeJoinOptions { MemoryLimit = bytes, SpillFolder = folder }));
                var equal = expected is null || expected.SequenceEqual(sums) ? "" : "   DIFFERENT";
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{size} from Parquet, {(bytes is null ? "no limit" : $"limit {limit} MiB")}: {cpu.TotalSeconds:0.00} CPU s, peak memory {PeakMemory()}{equal}"));
                expected = sums;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // From here on the peak is that of the tables and the joins, not of making the tables.
    private static async Task ForgetPeakAsync()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (File.Exists("/proc/self/clear_refs"))
        {
            await File.WriteAllTextAsync("/proc/self/clear_refs", "5");
        }
    }

    private static string PeakMemory() =>
        File.Exists("/proc/self/status") ? File.ReadLines("/proc/self/status").First(static l => l.StartsWith("VmHWM", StringComparison.Ordinal))["VmHWM:".Length..].Trim() : "unknown";
}
