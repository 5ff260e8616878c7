using Apache.Arrow;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;
using Workflow.Features.Consistency;
using Workflow.Features.Joins;
using Workflow.Features.Online;
using Workflow.Features.Views;

namespace Workflow.Features.Tests.Consistency;

public sealed class ServingLogTests : IDisposable
{
    private static readonly FeatureService Service = Of(Aggregate.LastK("delay", 2));
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("workflow-served-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_was_kept_is_verified_across_files_and_restarts()
    {
        using var events = LogEvent.Table(Flights(), 10);
        for (var run = 0; run < 2; run++)
        {
            await using var log = await ServingLog.OpenAsync(_folder.FullName, Service, rowsPerFile: 25, cancellationToken: Cancel);
            await AppendAsync(log, Service, events);
        }

        var table = Assert.Single(await ServingLog.ReadAsync(_folder.FullName, "s", Cancel));
        Assert.Equal(4, Directory.EnumerateFiles(_folder.FullName, "*.arrow", SearchOption.AllDirectories).Count());
        var report = await new ServingVerifier(new PointInTimeJoin()).RunAsync(Service, table, ServedVectors.ReadAt, new VerifyOptions { Sources = new Dictionary<string, TableSource> { ["log"] = events } }, Cancel);
        Assert.Equal((true, 120L), (report.IsConsistent, report.Rows));
    }

    [Fact]
    public async Task Each_definition_has_a_table_of_its_own()
    {
        using var events = LogEvent.Table(Flights(), 10);
        foreach (var service in new[] { Service, Of(Aggregate.Count()) })
        {
            await using var log = await ServingLog.OpenAsync(_folder.FullName, service, cancellationToken: Cancel);
            await AppendAsync(log, service, events);
        }

        await using (var log = await ServingLog.OpenAsync(_folder.FullName, Service, cancellationToken: Cancel))
        {
            await Assert.ThrowsAsync<ArgumentException>(() => AppendAsync(log, Of(Aggregate.Count()), events));
        }

        Assert.Equal(2, (await ServingLog.ReadAsync(_folder.FullName, "s", Cancel)).Count);
        Assert.Empty(await ServingLog.ReadAsync(_folder.FullName, "none", Cancel));
    }

    [Fact]
    public async Task A_second_writer_is_refused_and_a_damaged_file_is_named()
    {
        using var events = LogEvent.Table(Flights(), 10);
        await using (var log = await ServingLog.OpenAsync(_folder.FullName, Service, cancellationToken: Cancel))
        {
            await Assert.ThrowsAsync<TimeoutException>(() => ServingLog.OpenAsync(_folder.FullName, Service, cancellationToken: Cancel));
            await AppendAsync(log, Service, events);
        }

        var file = Directory.EnumerateFiles(_folder.FullName, "*.arrow", SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(file, Cancel))[..200], Cancel);
        Assert.Contains(file, (await Assert.ThrowsAsync<CorruptTableException>(() => ServingLog.ReadAsync(_folder.FullName, "s", Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_that_could_not_be_written_are_kept_for_the_next_attempt()
    {
        using var events = LogEvent.Table(Flights(), 10);
        await using (var log = await ServingLog.OpenAsync(_folder.FullName, Service, cancellationToken: Cancel))
        {
            await AppendAsync(log, Service, events);
            var own = Directory.EnumerateDirectories(Path.Combine(_folder.FullName, "s")).Single();
            Directory.Move(own, own + ".away");
            await File.WriteAllTextAsync(own, "in the way", Cancel);
            await Assert.ThrowsAnyAsync<IOException>(() => log.FlushAsync(Cancel));
            File.Delete(own);
            Directory.Move(own + ".away", own);
        }

        await foreach (var batch in Assert.Single(await ServingLog.ReadAsync(_folder.FullName, "s", Cancel)).ReadAsync([ServedVectors.Digest], Cancel))
        {
            using (batch)
            {
                Assert.Equal(Service.Digest.ToString(), ((StringArray)batch.Column(0)).GetString(0));
            }
        }
    }

    [Fact]
    public async Task An_answer_that_does_not_fit_its_requests_is_refused()
    {
        using var events = LogEvent.Batch(Flights());
        using var half = events.SliceShared(0, 30);
        Assert.Throws<ArgumentException>(() => ServedVectors.Of(Service, events, "date", half));
        Assert.Equal(["v.f"], Assert.Throws<SchemaMismatchException>(() => ServedVectors.Of(Service, events, "date", events)).Differences.Select(static d => d.Column));
        Assert.Equal(["when"], Assert.Throws<SchemaMismatchException>(() => ServedVectors.Of(Service, events, "when", events)).Differences.Select(static d => d.Column));
        await Task.CompletedTask;
    }

    private static LogEvent[] Flights() => [.. Enumerable.Range(0, 60).Select(static i => new LogEvent(i % 2 == 0 ? "A" : "B", "C", i * 20, i * 20) { Delay = i })];

    private static FeatureService Of(Aggregate aggregate) =>
        FeatureService.Define("s").View(FeatureView.Define("v", "log").Entity("origin").EventTime("date").AllHistory("f", aggregate).Build()).Build();

    private static async Task AppendAsync(ServingLog log, FeatureService service, TableSource events)
    {
        var online = new OnlineFeatures(service);
        await foreach (var batch in events.ReadAsync(null, Cancel))
        {
            using (batch)
            {
                await online.IngestAsync("log", batch, Cancel);
                using var answer = await online.ReadAsync(batch, "date", Cancel);
                await log.AppendAsync(answer, Cancel);
            }
        }
    }
}
