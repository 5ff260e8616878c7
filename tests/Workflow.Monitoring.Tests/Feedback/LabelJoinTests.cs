using System.Text;
using CsCheck;
using Workflow.Data.Registry;
using Workflow.Data.Tables;
using Workflow.Monitoring.Feedback;
using Workflow.Numerics.Random;

namespace Workflow.Monitoring.Tests.Feedback;

public sealed class LabelJoinTests
{
    private static readonly DateTimeOffset Monday = new(2001, 4, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Windows_are_judged_by_the_time_of_their_predictions()
    {
        var predictions = new TestLog();
        predictions.Add("a", Monday, 0.9).Add("b", Monday.AddHours(1), 0.2).Add("c", Monday.AddDays(7), 0.6).Add("d", Monday.AddDays(8), 0.7);
        var labels = new TestLabels();
        labels.Add("a", 1, Monday.AddDays(9)).Add("b", 0, Monday.AddDays(9).AddHours(1)).Add("c", 0, Monday.AddDays(9)).Add("nobody", 1, Monday);
        using (var log = predictions.Build())
        using (var arrived = labels.Build())
        {
            var report = await LabelJoin.EvaluateAsync(log, arrived, asOf: Monday.AddDays(10));
            Assert.Equal([Monday, Monday.AddDays(7)], report.Windows.Select(w => w.Start));
            var first = report.Windows[0];
            Assert.Equal((2, 2, 1, 1.0, false), (first.Predictions, first.Labelled, first.Positives, first.Coverage, first.IsProvisional));
            Assert.Equal(TimeSpan.FromDays(9), first.MeanDelay);
            Assert.Equal(1, first.Auc!.Value.Value);
            Assert.Equal((2, 1, true), (report.Windows[1].Predictions, report.Windows[1].Labelled, report.Windows[1].IsProvisional));
            Assert.Null(report.Windows[1].Auc);
            Assert.Equal(1, report.UnmatchedLabels);
            Assert.Equal(Monday, report.NewestFinal!.Start);
            Assert.Contains("\"is_provisional\":true", Encoding.UTF8.GetString(report.ToJson()), StringComparison.Ordinal);
        }

        predictions.Allocator.RequireEmpty();
        labels.Allocator.RequireEmpty();
    }

    [Fact]
    public async Task Of_several_labels_the_one_known_last_wins_in_any_order() =>
        await Gen.Shuffle(new[] { 0, 1, 2 }).SampleAsync(async order =>
        {
            var predictions = new TestLog().Add("a", Monday, 0.9);
            (double? Label, int Day)[] revisions = [(0, 1), (null, 2), (1, 3)];
            var labels = new TestLabels();
            foreach (var i in order)
            {
                labels.Add("a", revisions[i].Label, Monday.AddDays(revisions[i].Day));
            }

            using var log = predictions.Build();
            using var arrived = labels.Build();
            Assert.Equal((1, 0), await At(4));
            Assert.Equal((0, 0), await At(2));
            Assert.Equal((1, 1), ((await At(1)).Labelled, 1 - (await At(1)).Positives));
            Assert.Equal((0, 0), await At(0));

            async Task<(long Labelled, long Positives)> At(int day)
            {
                var window = (await LabelJoin.EvaluateAsync(log, arrived, Monday.AddDays(day))).Windows.Single();
                return day == 4 ? (window.Labelled, window.Positives - 1) : (window.Labelled, window.Positives);
            }
        });

    [Fact]
    public async Task Overdue_windows_are_final_however_little_is_known()
    {
        using var log = new TestLog().Add("a", Monday, 0.9).Build();
        using var labels = new TestLabels().Build();
        Assert.True((await LabelJoin.EvaluateAsync(log, labels, Monday.AddDays(36))).Windows.Single().IsProvisional);
        Assert.False((await LabelJoin.EvaluateAsync(log, labels, Monday.AddDays(37))).Windows.Single().IsProvisional);
    }

    [Fact]
    public async Task Versions_and_arms_are_told_apart_and_duplicates_counted()
    {
        using var log = new TestLog().Add("a", Monday, 0.9, version: 1).Add("b", Monday, 0.8, version: 2, arm: "challenger").Add("a", Monday, 0.1, version: 1).Build();
        using var labels = new TestLabels().Add("a", 1, Monday).Add("b", 1, Monday).Build();
        var all = await LabelJoin.EvaluateAsync(log, labels, Monday);
        Assert.Equal((2, 1), (all.Windows.Single().Predictions, all.DuplicatePredictions));
        Assert.Equal(1, (await LabelJoin.EvaluateAsync(log, labels, Monday, new LabelJoinOptions { ModelVersion = 2 })).Windows.Single().Predictions);
        Assert.Empty((await LabelJoin.EvaluateAsync(log, labels, Monday, new LabelJoinOptions { ServedBy = "shadow" })).Windows);
    }

    [Fact]
    public void Closing_a_window_keeps_its_result_and_forgets_its_rows()
    {
        var join = new LabelJoin(new LabelJoinOptions { MaximumDelay = TimeSpan.FromDays(1) });
        Add(join, new TestLog().Add("a", Monday, 0.9).Add("b", Monday, 0.1).Add("c", Monday.AddDays(7), 0.4));
        AddLabels(join, new TestLabels().Add("a", 1, Monday).Add("b", 0, Monday));
        var before = join.Evaluate(Monday.AddDays(8)).Windows[0];
        join.Close(Monday.AddDays(8));
        Add(join, new TestLog().Add("late", Monday, 0.9));
        AddLabels(join, new TestLabels().Add("a", 0, Monday.AddDays(9)).Add("c", 1, Monday.AddDays(9)));
        var report = join.Evaluate(Monday.AddDays(9));
        Assert.Equal(before with { IsProvisional = false }, report.Windows[0]);
        Assert.Equal(1, report.Windows[1].Labelled);
        Assert.Equal((1, 1), (report.LatePredictions, report.UnmatchedLabels));
    }

    [Fact]
    public async Task A_large_log_is_joined_exactly()
    {
        var random = new Philox(1, "log");
        var (predictions, labels) = (new TestLog(batchRows: 4096), new TestLabels(batchRows: 4096));
        var positives = 0;
        for (var i = 0; i < 30_000; i++)
        {
            var score = random.NextDouble();
            var label = random.NextDouble() < score ? 1 : 0;
            positives += label;
            predictions.Add($"request-{i}-with-a-long-name", Monday.AddSeconds(i), score);
            labels.Add($"request-{30_000 - 1 - i}-with-a-long-name", 0, Monday).Add($"request-{i}-with-a-long-name", label, Monday.AddHours(1));
        }

        using var log = predictions.Build();
        using var arrived = labels.Build();
        var window = (await LabelJoin.EvaluateAsync(log, arrived, Monday.AddDays(30))).Windows.Single();
        Assert.Equal((30_000, 30_000, positives), (window.Predictions, window.Labelled, window.Positives));

        // For a calibrated uniform score the area is 5/6.
        Assert.InRange(5.0 / 6, window.Auc!.Value.Lower - 0.005, window.Auc.Value.Upper + 0.005);
    }

    [Fact]
    public async Task Bad_labels_scores_schemas_and_options_are_refused()
    {
        using var log = new TestLog().Add("a", Monday, 0.9).Build();
        using var labels = new TestLabels().Add("a", 0.5, Monday).Build();
        Assert.Contains("label of 'a' is 0.5", (await Assert.ThrowsAsync<InvalidDataException>(() => LabelJoin.EvaluateAsync(log, labels, Monday))).Message, StringComparison.Ordinal);
        using var broken = new TestLog().Add("a", Monday, double.NaN).Build();
        await Assert.ThrowsAsync<InvalidDataException>(() => LabelJoin.EvaluateAsync(broken, labels, Monday));
        await Assert.ThrowsAsync<SchemaMismatchException>(() => LabelJoin.EvaluateAsync(labels, labels, Monday));
        Assert.Contains("2 fault(s)", Assert.Throws<ArgumentException>(() => new LabelJoin(new LabelJoinOptions { MinimumCoverage = 2, Confidence = 0 })).Message, StringComparison.Ordinal);
    }

    // The published check of MurmurHash3 x64-128, seed 0.
    [Fact]
    public void The_hash_is_Murmur()
    {
        Assert.Equal(UInt128.Zero, RequestHash.Of([]));
        Assert.Equal(new UInt128(0x7a433ca9c49a9347, 0xe34bbc7bbc071b6c), RequestHash.Of(Encoding.ASCII.GetBytes("The quick brown fox jumps over the lazy dog")));
    }

    private static void Add(LabelJoin join, TestLog log)
    {
        using var table = log.Build();
        join.AddPredictions(table.ReadAsync().ToBlockingEnumerable().Single());
    }

    private static void AddLabels(LabelJoin join, TestLabels labels)
    {
        using var table = labels.Build();
        join.AddLabels(table.ReadAsync().ToBlockingEnumerable().Single());
    }

    private sealed class TestLog(int batchRows = int.MaxValue)
    {
        private readonly TestTable _table = new(batchRows);
        private readonly List<(string Id, DateTimeOffset Time, double Score, long Version, string Arm)> _rows = [];

        public Testing.Tables.CountingAllocator Allocator => _table.Allocator;

        public TestLog Add(string id, DateTimeOffset time, double score, long version = 1, string arm = "champion")
        {
            _rows.Add((id, time, score, version, arm));
            return this;
        }

        public BatchTable Build() => _table
            .With(PredictionLogSchema.RequestId, [.. _rows.Select(r => r.Id)])
            .With(PredictionLogSchema.EventTime, [.. _rows.Select(r => r.Time)])
            .With(PredictionLogSchema.ModelName, [.. _rows.Select(_ => "delay")])
            .With(PredictionLogSchema.ModelVersion, [.. _rows.Select(r => (long?)r.Version)])
            .With(PredictionLogSchema.ServedBy, [.. _rows.Select(r => r.Arm)])
            .With(PredictionLogSchema.Score, [.. _rows.Select(r => (double?)r.Score)])
            .With(PredictionLogSchema.SampleWeight, [.. _rows.Select(_ => (double?)1)]).Build();
    }

    private sealed class TestLabels(int batchRows = int.MaxValue)
    {
        private readonly TestTable _table = new(batchRows);
        private readonly List<(string Id, double? Label, DateTimeOffset Known)> _rows = [];

        public Testing.Tables.CountingAllocator Allocator => _table.Allocator;

        public TestLabels Add(string id, double? label, DateTimeOffset known)
        {
            _rows.Add((id, label, known));
            return this;
        }

        public BatchTable Build() => _table
            .With(LabelSchema.RequestId, [.. _rows.Select(r => r.Id)])
            .With(LabelSchema.Label, [.. _rows.Select(r => r.Label)])
            .With(LabelSchema.LabelTime, [.. _rows.Select(r => r.Known)])
            .With(LabelSchema.IngestTime, [.. _rows.Select(r => r.Known)]).Build();
    }
}
