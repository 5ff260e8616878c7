using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Training.Evaluation;

namespace Workflow.Training.Tests.Evaluation;

public sealed class BinaryScoresTests
{
    private static readonly BinaryColumns Columns = new() { Label = "late", Score = "p", Weight = "w", Id = "id", Cluster = "at", ClusterPeriod = TimeSpan.FromDays(1) };

    [Fact]
    public async Task Reads_labels_scores_weights_ids_and_days()
    {
        using var table = Table([1, 0, 1], [0.5, 0.25, 1], [1, 2, 0], ["a", "b", "a"], [-1, 0, 86_399_999_999]);
        var scores = await BinaryScores.ReadAsync(table, Columns, TestContext.Current.CancellationToken);
        Assert.Equal([true, false, true], scores.Labels);
        Assert.Equal([0.5, 0.25, 1], scores.Scores);
        Assert.Equal([1, 2, 0], scores.Weights!);
        Assert.Equal([0, 1, 1], scores.Clusters!); // The last microsecond of 1969, and two moments of the first day of 1970.
        Assert.Equal(2, scores.ClusterCount);
        Assert.Equal(scores.Ids![0], scores.Ids[2]);
        Assert.NotEqual(scores.Ids[0], scores.Ids[1]);
    }

    [Fact]
    public async Task Names_the_rows_that_are_not_allowed()
    {
        using var table = Table([1, 2, null, 0], [0.5, 0.25, 1, 0], [1, 1, 1, 1], ["a", "b", "c", "d"], [0, 0, 0, 0]);
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => BinaryScores.ReadAsync(table, Columns, TestContext.Current.CancellationToken));
        Assert.Contains("label 'late'", error.Message, StringComparison.Ordinal);
        Assert.Contains("row 1 is 2, row 2 is null", error.Message, StringComparison.Ordinal);

        using var scores = Table([1, 0], [1.5, double.NaN], [1, 1], ["a", "b"], [0, 0]);
        error = await Assert.ThrowsAsync<InvalidDataException>(() => BinaryScores.ReadAsync(scores, Columns, TestContext.Current.CancellationToken));
        Assert.Contains("row 0 is 1.5, row 1 is NaN", error.Message, StringComparison.Ordinal);

        using var weights = Table([1, 0], [0.5, 0.5], [-1, double.PositiveInfinity], ["a", "b"], [0, 0]);
        error = await Assert.ThrowsAsync<InvalidDataException>(() => BinaryScores.ReadAsync(weights, Columns, TestContext.Current.CancellationToken));
        Assert.Contains("row 0 is -1, row 1 is Infinity", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_every_column_that_does_not_fit()
    {
        using var table = Table([1], [0.5], [1], ["a"], [0]);
        var columns = new BinaryColumns { Label = "id", Score = "nope", Weight = "at", Id = "p" };
        var error = await Assert.ThrowsAsync<SchemaMismatchException>(() => BinaryScores.ReadAsync(table, columns, TestContext.Current.CancellationToken));
        Assert.Equal(["id", "nope", "at", "p"], error.Differences.Select(d => d.Column));
    }

    [Fact]
    public async Task Refuses_an_empty_table_and_a_weight_of_zero_everywhere()
    {
        using var empty = Table([], [], [], [], []);
        await Assert.ThrowsAsync<InvalidDataException>(() => BinaryScores.ReadAsync(empty, Columns, TestContext.Current.CancellationToken));
        using var weightless = Table([1, 0], [0.5, 0.5], [0, 0], ["a", "b"], [0, 0]);
        await Assert.ThrowsAsync<InvalidDataException>(() => BinaryScores.ReadAsync(weightless, Columns, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Scores_with_a_model()
    {
        using var table = Table([1, 0], [0.5, 0.25], [1, 1], ["a", "b"], [0, 0]);
        var scores = await BinaryScores.ScoreAsync(
            table,
            (batch, _) => ValueTask.FromResult(new RecordBatch(
                new Schema([new Field("score", DoubleType.Default, nullable: false)], metadata: null),
                [new DoubleArray.Builder().AppendRange(Enumerable.Range(1, batch.Length).Select(i => 1.0 / i)).Build()],
                batch.Length)),
            new BinaryColumns { Label = "late" },
            TestContext.Current.CancellationToken);
        Assert.Equal([1, 0.5], scores.Scores);
    }

    private static BatchTable Table(int?[] labels, double[] scores, double[] weights, string[] ids, long[] times)
    {
        var label = new Int32Array.Builder();
        foreach (var value in labels)
        {
            label.Append(value);
        }

        var type = new TimestampType(TimeUnit.Microsecond, "UTC");
        var time = new TimestampArray(type, new ArrowBuffer.Builder<long>().AppendRange(times).Build(), ArrowBuffer.Empty, times.Length, 0, 0);
        var schema = new Schema(
            [
                new Field("late", Int32Type.Default, true), new Field("p", DoubleType.Default, false), new Field("w", DoubleType.Default, false),
                new Field("id", StringType.Default, false), new Field("at", type, false),
            ],
            metadata: null);
        return new BatchTable(schema, [new RecordBatch(
            schema,
            [label.Build(), new DoubleArray.Builder().AppendRange(scores).Build(), new DoubleArray.Builder().AppendRange(weights).Build(), new StringArray.Builder().AppendRange(ids).Build(), time],
            labels.Length)]);
    }
}
