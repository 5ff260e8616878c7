using System.Text;
using CsCheck;
using Workflow.Data.Tables;
using Workflow.Monitoring.Drift;
using Workflow.Monitoring.Profiles;
using Workflow.Numerics.Random;

namespace Workflow.Monitoring.Tests.Drift;

public sealed class PsiDriftDetectorTests
{
    [Fact]
    public async Task Finds_the_feature_that_moved_and_only_that_one()
    {
        var detector = new PsiDriftDetector(await ReferenceAsync());
        var data = Rows(2000, seed: 2, shift: 0.3);
        using (var window = data.Build())
        {
            var report = await detector.CompareAsync(window);
            Assert.Equal(DriftVerdict.Drift, report.Verdict);
            Assert.Equal(["x"], report.Features.Where(f => f.Verdict is DriftVerdict.Drift).Select(f => f.Feature));
            Assert.Equal(1.0 / 4, report.DriftedShare);
            Assert.Equal(2000, report.Rows);
            Assert.StartsWith("Drift over 2000 rows against 5000 reference rows\n  x: PSI ", report.ToString(), StringComparison.Ordinal);
            Assert.Equal(report.ToJson(), (await detector.CompareAsync(window)).ToJson());
        }

        data.Allocator.RequireEmpty();
    }

    [Fact]
    public async Task Says_no_drift_only_where_a_drift_would_have_shown()
    {
        var detector = new PsiDriftDetector(await ReferenceAsync());
        foreach (var (rows, verdict) in new[] { (2000, DriftVerdict.NoDrift), (100, DriftVerdict.NotEnoughEvidence), (10, DriftVerdict.NotEnoughEvidence), (0, DriftVerdict.NotEnoughEvidence) })
        {
            using var window = Rows(rows, seed: 5, shift: 0).Build();
            Assert.Equal(verdict, (await detector.CompareAsync(window)).Verdict);
        }
    }

    [Fact]
    public async Task Tiny_changes_of_huge_windows_are_significant_and_no_alarm()
    {
        var detector = new PsiDriftDetector(await ReferenceAsync());
        using var window = Rows(60_000, seed: 6, shift: 0.03).Build();
        var x = (await detector.CompareAsync(window)).Features.Single(f => f.Feature == "x");
        Assert.True(x.AdjustedPValue < 0.01);
        Assert.Equal(DriftVerdict.NoDrift, x.Verdict);
    }

    [Fact]
    public async Task Nulls_NaN_and_new_categories_have_bins_of_their_own()
    {
        var detector = new PsiDriftDetector(await ReferenceAsync());
        var (x, zero, word) = (new double?[1000], new double?[1000], new string?[1000]);
        for (var i = 0; i < 1000; i++)
        {
            x[i] = i % 2 == 0 ? null : 0.5;
            zero[i] = i % 3 == 0 ? double.NaN : 0;
            word[i] = i % 4 == 0 ? "never seen" : "a";
        }

        using var window = new TestTable(300).With("x", x).With("zero", zero).With("word", word).With("whole", [.. Enumerable.Repeat<long?>(3, 1000)]).Build();
        var report = await detector.CompareAsync(window);
        Assert.Equal(500, Bin(report, "x", "null").Current);
        Assert.Equal(334, Bin(report, "zero", "NaN or infinite").Current);
        Assert.Equal(250, Bin(report, "word", "other or unseen").Current);
        Assert.All(report.Features, f => Assert.Equal(DriftVerdict.Drift, f.Verdict));
        Assert.All(report.Features, f => Assert.Equal(1000, f.Bins.Sum(b => b.Current)));
    }

    [Fact]
    public async Task Point_masses_have_a_bin_of_their_own()
    {
        var reference = await ReferenceAsync();
        var zero = reference.Features.Single(f => f.Name == "zero");
        var bin = Enumerable.Range(0, zero.Counts.Length).Single(i => zero.LabelOf(i) == "= 0");
        Assert.InRange(zero.Counts[bin], 2800, 3200);
    }

    [Fact]
    public async Task Windows_of_a_log_are_compared_in_one_pass_in_any_order()
    {
        var detector = new PsiDriftDetector(await ReferenceAsync());
        var monday = new DateTimeOffset(2001, 4, 2, 0, 0, 0, TimeSpan.Zero);
        var random = new Philox(9, "log");
        var (x, times) = (new double?[3000], new DateTimeOffset[3000]);
        for (var i = 0; i < 3000; i++)
        {
            var week = random.NextInt32(3);
            x[i] = random.NextDouble() + (week == 2 ? 0.5 : 0);
            times[i] = monday.AddDays((7 * week) + (6.9 * random.NextDouble()));
        }

        using var log = new TestTable(700).With("event_time", times).With("feature.x", x).With("feature.zero", x)
            .With("feature.word", [.. Enumerable.Repeat<string?>("a", 3000)]).With("feature.whole", [.. Enumerable.Repeat<long?>(3, 3000)]).Build();
        var weeks = await detector.CompareWindowsAsync(log, TimeWindows.Weekly);
        Assert.Equal([monday, monday.AddDays(7), monday.AddDays(14)], weeks.Select(w => w.Start));
        Assert.Equal(3000, weeks.Sum(w => w.Report.Rows));
        Assert.Equal([DriftVerdict.NoDrift, DriftVerdict.NoDrift, DriftVerdict.Drift], weeks.Select(w => w.Report.Features.Single(f => f.Feature == "x").Verdict));
    }

    [Fact]
    public async Task Another_schema_is_refused_with_every_difference()
    {
        var detector = new PsiDriftDetector(await ReferenceAsync());
        using var window = new TestTable().With("x", "text").With("word", 1L).Build();
        var fault = await Assert.ThrowsAsync<SchemaMismatchException>(() => detector.CompareAsync(window));
        Assert.Equal(["x", "zero", "word", "whole"], fault.Differences.Select(d => d.Column));
    }

    [Fact]
    public async Task A_reference_round_trips_and_is_the_same_for_any_batch_size()
    {
        var reference = await ReferenceAsync();
        var read = DriftReference.Parse(reference.ToJson());
        Assert.Equal(reference.Digest, read.Digest);
        using var one = Rows(5000, seed: 1, shift: 0, batchRows: 5000).Build();
        Assert.Equal(reference.Digest, (await DriftReference.FitAsync(one)).Digest);
    }

    [Fact]
    public async Task A_sample_decides_the_bins_and_all_rows_are_counted()
    {
        using var table = Rows(5000, seed: 1, shift: 0).Build();
        var reference = await DriftReference.FitAsync(table, new DriftReferenceOptions { SampleRows = 1000, Columns = ["x"] });
        Assert.Equal(5000, reference.Features.Single().Counts.Sum());
        Assert.All(reference.Features.Single().Counts.Take(10), c => Assert.InRange(c, 350, 650));
    }

    [Fact]
    public async Task An_empty_training_table_and_columns_without_bins_are_refused()
    {
        using var empty = Rows(0, seed: 1, shift: 0).Build();
        await Assert.ThrowsAsync<InvalidDataException>(() => DriftReference.FitAsync(empty));
        using var times = new TestTable().With("t", DateTimeOffset.UnixEpoch).Build();
        await Assert.ThrowsAsync<InvalidDataException>(() => DriftReference.FitAsync(times));
        await Assert.ThrowsAsync<SchemaMismatchException>(() => DriftReference.FitAsync(times, new DriftReferenceOptions { Columns = ["t", "none"] }));
    }

    [Fact]
    public async Task Mangled_json_fails_in_one_way_only()
    {
        var json = (await ReferenceAsync()).ToJson();
        Gen.Select(Gen.Int[0, json.Length - 1], Gen.Byte).Sample((at, value) =>
        {
            var mangled = json.ToArray();
            mangled[at] = value;
            try
            {
                DriftReference.Parse(mangled);
            }
            catch (FormatException)
            {
                // The one error.
            }
        });
        Assert.Throws<FormatException>(() => DriftReference.Parse(Encoding.UTF8.GetBytes("{\"format\":\"workflow.drift-reference/1\",\"rows\":1,\"features\":[]}")));
    }

    [Fact]
    public async Task Wrong_options_are_listed_at_once()
    {
        var reference = await ReferenceAsync();
        var fault = Assert.Throws<ArgumentException>(() => new PsiDriftDetector(reference, new PsiDriftOptions { SignificanceLevel = 0, MinimumPsi = double.NaN, MinimumRows = 0, Permutations = 1 }));
        Assert.Contains("4 fault(s)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Edges_cut_a_sample_into_equal_shares() =>
        Gen.Select(Gen.OneOf(Gen.Double[-5, 5], Gen.Int[-3, 3].Select(i => (double)i)).Array[1, 300], Gen.Int[2, 20]).Sample((values, bins) =>
        {
            System.Array.Sort(values);
            var edges = QuantileEdges.Of(values, bins);
            Assert.Equal(edges.Distinct().Order(), edges);
            var counts = new long[edges.Length + 2];
            BinCounts.Add(values, edges, counts);

            // No bin holds more than its share and one value, unless it holds one value only.
            for (var bin = 0; bin <= edges.Length; bin++)
            {
                var inside = values.Where(v => (bin == 0 || v > edges[bin - 1]) && (bin == edges.Length || v <= edges[bin])).ToList();
                Assert.True(inside.Count <= (values.Length / (double)bins * 2) + 1 || inside.Distinct().Count() == 1, $"bin {bin} of {edges.Length} holds {inside.Count} of {values.Length}");
            }
        });

    private static BinDrift Bin(DriftReport report, string feature, string label) => report.Features.Single(f => f.Feature == feature).Bins.Single(b => b.Label == label);

    private static async Task<DriftReference> ReferenceAsync()
    {
        var data = Rows(5000, seed: 1, shift: 0);
        using var table = data.Build();
        return await DriftReference.FitAsync(table);
    }

    private static TestTable Rows(int rows, int seed, double shift, int batchRows = 1024)
    {
        var random = new Philox(seed, "rows");
        var (x, zero, word, whole) = (new double?[rows], new double?[rows], new string?[rows], new long?[rows]);
        for (var i = 0; i < rows; i++)
        {
            x[i] = random.NextDouble() + shift;
            zero[i] = random.NextDouble() < 0.6 ? 0 : random.NextDouble();
            word[i] = random.NextInt32(4) switch { 0 => "a", 1 => "b", 2 => "cedilla ç and more than eight bytes", _ => null };
            whole[i] = random.NextInt32(100);
        }

        return new TestTable(batchRows).With("x", x).With("zero", zero).With("word", word).With("whole", whole);
    }
}
