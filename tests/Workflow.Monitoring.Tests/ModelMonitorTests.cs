using System.Diagnostics.Metrics;
using Apache.Arrow.Types;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Workflow.Monitoring.Contracts;
using Workflow.Monitoring.Drift;

namespace Workflow.Monitoring.Tests;

public sealed class ModelMonitorTests
{
    [Fact]
    public async Task A_host_watches_a_model_by_its_name()
    {
        using var training = new TestTable().With("x", [.. Enumerable.Range(0, 2000).Select(i => (double?)i)]).Build();
        using var moved = new TestTable().With("x", [.. Enumerable.Range(0, 2000).Select(i => (double?)(i + 1000))]).Build();
        var reference = await DriftReference.FitAsync(training);
        var contract = DataContract.Create("x").Column("x", DoubleType.Default, c => c.AtMost(2500)).Build();
        var services = new ServiceCollection();
        services.AddWorkflowMonitoring().AddModel("delay", o =>
        {
            o.UseReference(reference);
            o.UseContract(contract);
        });
        services.AddWorkflowMonitoring().AddModel("delay", o => o.Drift.MinimumPsi = 0.2);
        await using var provider = services.BuildServiceProvider();
        var monitor = provider.GetRequiredKeyedService<ModelMonitor>("delay");
        Assert.Same(monitor, provider.GetRequiredKeyedService<ModelMonitor>("delay"));

        var recorded = new List<(string Instrument, double Value)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == "Workflow.Monitoring")
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => recorded.Add((instrument.Name, value)));
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => recorded.Add((instrument.Name, value)));
        listener.Start();

        Assert.Equal(DriftVerdict.Drift, (await monitor.CompareAsync(moved)).Verdict);
        Assert.False((await monitor.CheckAsync(moved)).Passed);
        Assert.True((await monitor.CheckAsync(training)).Passed);
        Assert.Contains(recorded, r => r is { Instrument: "workflow.monitoring.psi", Value: > 0.2 });
        Assert.Contains(("workflow.monitoring.drift_alarms", 1.0), recorded);
        Assert.Contains(("workflow.monitoring.contract_violations", 1.0), recorded);
    }

    [Fact]
    public async Task What_is_missing_is_named_with_the_call_that_sets_it()
    {
        var services = new ServiceCollection();
        services.AddWorkflowMonitoring().AddModel("delay");
        await using var provider = services.BuildServiceProvider();
        using var table = new TestTable().With("x", 1.0).Build();
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => provider.GetRequiredKeyedService<ModelMonitor>("delay").CompareAsync(table));
        Assert.Contains("o.UseReference(...)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_options_are_found_when_the_host_starts()
    {
        var services = new ServiceCollection();
        services.AddWorkflowMonitoring().AddModel("delay", o =>
        {
            o.Drift.SignificanceLevel = 7;
            o.Retrain.MaximumAucDrop = -1;
        });
        await using var provider = services.BuildServiceProvider();
        var fault = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());
        Assert.Contains("SignificanceLevel is 7", fault.Message, StringComparison.Ordinal);
        Assert.Contains("maximumDrop", fault.Message, StringComparison.Ordinal);
    }
}
