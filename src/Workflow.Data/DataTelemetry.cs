using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Workflow.Data;

/// <summary>Activities of this package, none of which is created while nobody listens, and its meter.</summary>
internal static class DataTelemetry
{
    public const string SourceName = "Workflow.Data";
    public static readonly ActivitySource Activities = new(SourceName);

    /// <summary>Measures repositories on disk, which no host's services make, and whoever has no <see cref="IMeterFactory"/>.</summary>
    public static readonly DataMeter Meter = new(new Meter(SourceName));

    /// <summary>A write transaction, with its wait for other writers: the first place to look when a host with SQLite slows down.</summary>
    public static Activity? StartWrite() => Activities.StartActivity("workflow.data.metadata.write");

    /// <summary>Content on its way into an object store.</summary>
    public static Activity? StartPut() => Activities.StartActivity("workflow.data.objects.put");

    /// <summary>The verification of an object before it is read.</summary>
    public static Activity? StartOpen() => Activities.StartActivity("workflow.data.objects.open");
}
