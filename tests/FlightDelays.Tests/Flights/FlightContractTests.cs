using FlightDelays.Flights;
using FlightDelays.Steps;
using FlightDelays.Tests.Runs;
using Workflow.Data.Tables;
using Workflow.Monitoring.Contracts;
using Workflow.Repository;

namespace FlightDelays.Tests.Flights;

public sealed class FlightContractTests
{
    [Fact]
    public async Task The_three_impossible_arrivals_among_three_million_are_reported_and_nothing_else()
    {
        var path = SharedFolder.Require("data/flights/flights-3m.parquet");
        var flights = await ParquetTable.OpenAsync(path, cancellationToken: TestContext.Current.CancellationToken);
        var report = await FlightContract.Contract.CheckAsync(flights, TestContext.Current.CancellationToken);
        var early = Assert.Single(report.Violations, v => v is { Column: "delay", Check: ContractCheck.Minimum });
        Assert.Equal(3, early.Count);
        Assert.Equal(3, early.FirstRows.Length);
        Assert.Single(report.Violations);
    }

    [Fact]
    public async Task Impossible_arrivals_are_set_aside_and_every_other_row_stays_as_it_is()
    {
        var flights = await FlightTable.TakeAsync(FlightTable.Committed, 2_000, TestContext.Current.CancellationToken);
        foreach (var row in new[] { 0, 700, 1_999 })
        {
            flights.Delays[row] = FlightContract.EarliestArrival - 1;
        }

        flights.Delays[1] = FlightContract.EarliestArrival;
        using var table = flights.ToTable();
        using var clean = await BatchTable.LoadAsync(ContractStep.Clean(table), cancellationToken: TestContext.Current.CancellationToken);
        foreach (var row in new[] { 1_999, 700, 0 })
        {
            flights.RemoveAt(row);
        }

        using var expected = flights.ToTable();
        Assert.Equal(1_997, clean.RowCount);
        Assert.Equal(await FlightTable.TextAsync(expected), await FlightTable.TextAsync(clean));
    }
}
