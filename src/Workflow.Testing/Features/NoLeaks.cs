using Workflow.Features.Consistency;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Views;
using Xunit;

namespace Workflow.Testing.Features;

/// <summary>Fails a test where a feature knows the future.</summary>
public static class NoLeaks
{
    /// <summary>Probes a service, see <see cref="LeakProbe"/>. Fails also where nothing could be tested.</summary>
    /// <param name="service">Its features are compared.</param>
    /// <param name="labels">The rows; those up to a moment are compared.</param>
    /// <param name="options">The events, and when they can honestly be known.</param>
    /// <param name="cancellationToken">Observed between batches and keys.</param>
    public static async Task CheckAsync(FeatureService service, LabelTable labels, LeakProbeOptions options, CancellationToken cancellationToken = default)
    {
        var report = await new LeakProbe(new PointInTimeJoin()).RunAsync(service, labels, options, cancellationToken).ConfigureAwait(false);
        Assert.True(report.RowsCompared > 0 && report.EventsChanged > 0, $"nothing was tested: {report.RowsCompared} rows compared, {report.EventsChanged} events changed; the labels need rows before the last events");
        Assert.True(report.LeakCount == 0, $"{report.LeakCount} values of {string.Join(", ", report.LeakingFeatures)} changed although only their future did:{Environment.NewLine}{string.Join(Environment.NewLine, report.Leaks.Take(10))}");
    }
}
