using CsCheck;
using Workflow.Features.Aggregation;
using Workflow.Features.Online;
using Workflow.Features.Views;
using Workflow.Testing.Features;

namespace Workflow.Features.Tests.Online;

public sealed class OnlineRequestTests
{
    private static readonly FeatureService Service = FeatureService.Define("s").View(TestServices.Numbers).View(TestServices.Routes)
        .View(TestServices.Newest, "price", "far", "count_35us").OnDemand("second", "date / 2 + coalesce(distance, 0)").Build();

    [Fact]
    public Task A_request_gives_the_values_and_statuses_of_a_batch() =>
        Gen.Select(LogEvent.Log(80), LogEvent.Log(20)).SampleAsync(async (log, reads) =>
        {
            var online = new OnlineFeatures(Service, 2);
            using var events = LogEvent.Batch(log);
            await online.IngestAsync("log", events);
            var request = online.NewRequest();
            var values = new FeatureValue[Service.FeatureNames.Length];
            var statuses = new FeatureStatus[values.Length];
            foreach (var read in reads.Where(static r => r.Date is not null))
            {
                using var batch = LogEvent.Batch([read]);
                using var answer = await online.ReadAsync(batch, "date");
                Set(request, read);
                request.Read(DateTimeOffset.UnixEpoch.AddTicks(10 * read.Date!.Value), values, statuses);
                Assert.Equal(FeatureRows.Read(answer.Values, Service.FeatureNames)[0].ToArray(), values);
                Assert.Equal(Service.FeatureNames.Select(n => answer.Statuses(n)[0]), statuses);
            }
        }, iter: 100);

    [Fact]
    public void Keys_are_not_converted_and_unknown_columns_are_named()
    {
        var request = new OnlineFeatures(Service).NewRequest();
        Assert.Contains("not converted", Assert.Throws<ArgumentException>(() => request.Set("number", "1001")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => request.Set("origin", 5));
        Assert.Contains("'price'", Assert.Throws<ArgumentException>(() => request.SetNumber("price", 5)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => request.Read(DateTimeOffset.UnixEpoch, new FeatureValue[1], []));
    }

    [Fact]
    public async Task A_newest_row_that_holds_no_number_is_refused()
    {
        var online = new OnlineFeatures(FeatureService.Define("s").View(TestServices.Newest, "note").Build());
        using var events = LogEvent.Batch([new LogEvent("A", "B", 1, 1) { Delay = 5 }]);
        await online.IngestAsync("log", events);
        var request = online.NewRequest();
        request.Set("origin", "A");
        Assert.Throws<NotSupportedException>(() => request.Read(DateTimeOffset.UnixEpoch.AddTicks(100), new FeatureValue[1], []));
    }

    private static void Set(OnlineRequest request, LogEvent read)
    {
        foreach (var (column, text) in new[] { ("origin", read.Origin), ("destination", read.Destination) })
        {
            if (text is null)
            {
                request.SetNull(column);
            }
            else
            {
                request.Set(column, text);
            }
        }

        foreach (var (column, number) in new[] { ("number", read.Delay % 3), ("distance", read.Distance), ("date", read.Date) })
        {
            if (number is { } value)
            {
                request.Set(column, value);
            }
            else
            {
                request.SetNull(column);
            }
        }
    }
}
