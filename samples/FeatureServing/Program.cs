using Microsoft.AspNetCore.Mvc;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;
using Workflow.Features.Online;
using Workflow.Features.Streaming;
using Workflow.Features.Views;

// A pricing service: trips are posted as they end, and a request for a price reads the driver's features as of now.
var drivers = FeatureView.Define("drivers", source: "trips")
    .Entity(new Entity("driver", new EntityKey("DriverId", EntityKeyType.Int64)))
    .EventTime("EndedAt").EventId("TripId", EntityKeyType.Int64)   // a trip that is posted twice counts once
    .Windowed("trips", Aggregate.Count(), TimeSpan.FromDays(7))
    .Windowed("fare_mean", Aggregate.Mean("Fare"), TimeSpan.FromHours(1), TimeSpan.FromDays(7))
    .Latest("rating", "Rating").TimeToLive(TimeSpan.FromDays(30))
    .Build();
var pricing = FeatureService.Define("pricing").View(drivers).OnDemand("relative_fare", "fare / coalesce(drivers.fare_mean_1h, fare)").Build();

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var folder = Path.Combine(AppContext.BaseDirectory, "features");
await using var online = await OnlineFeatures.OpenAsync(pricing, new OnlineStorageOptions { Folder = folder });   // survives kill -9
builder.Services.AddSingleton(online);
await using var app = builder.Build();

var trips = new RecordMapper<Trip>();
app.MapPost("/trips", async (Trip[] posted, OnlineFeatures features, CancellationToken cancellationToken) =>
{
    using var batch = trips.ToBatch(posted);
    await features.IngestAsync("trips", batch, cancellationToken);
    return Results.Accepted();
});
app.MapGet("/features/{driver:long}", (long driver, double fare, [FromServices] OnlineFeatures features) =>
{
    var request = features.NewRequest();
    request.Set("DriverId", driver);
    request.SetNumber("fare", fare);
    var (values, statuses) = (new FeatureValue[pricing.FeatureNames.Length], new FeatureStatus[pricing.FeatureNames.Length]);
    request.Read(TimeProvider.System.GetUtcNow(), values, statuses);
    return pricing.FeatureNames.Select((name, i) => new { name, value = values[i].ToDouble(), status = statuses[i].ToString() });
});
await app.StartAsync();

using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
var now = TimeProvider.System.GetUtcNow();
Trip[] sent = [new(1, 1001, now.AddDays(-2), 30, 4.5), new(2, 1001, now.AddMinutes(-20), 10, 4.75), new(3, 1001, now.AddMinutes(-5), 14, 4.8)];
(await client.PostAsJsonAsync("/trips", sent)).EnsureSuccessStatusCode();
(await client.PostAsJsonAsync("/trips", sent)).EnsureSuccessStatusCode();   // again, as clients do
Console.WriteLine(await client.GetStringAsync("/features/1001?fare=18"));
Console.WriteLine(await client.GetStringAsync("/features/7?fare=18"));

internal sealed record Trip(long TripId, long DriverId, DateTimeOffset EndedAt, double Fare, double Rating);
