using Apache.Arrow;
using Apache.Arrow.Types;

namespace Workflow.Monitoring.Feedback;

/// <summary>The Arrow schema of labels that arrive after their predictions.</summary>
public static class LabelSchema
{
    /// <summary>The name of the request's id: a string, the key of the prediction log.</summary>
    public const string RequestId = "request_id";

    /// <summary>The name of the label: 0 or 1; null takes an earlier label back.</summary>
    public const string Label = "label";

    /// <summary>The name of the moment at which the label became true: microseconds, UTC.</summary>
    public const string LabelTime = "label_time";

    /// <summary>The name of the moment at which the label became known: microseconds, UTC. Of several rows for one request the one known last wins.</summary>
    public const string IngestTime = "ingest_time";

    /// <summary>Gets the schema.</summary>
    public static Schema Schema { get; } = new(
        [
            new Field(RequestId, StringType.Default, nullable: false),
            new Field(Label, DoubleType.Default, nullable: true),
            new Field(LabelTime, new TimestampType(TimeUnit.Microsecond, "UTC"), nullable: false),
            new Field(IngestTime, new TimestampType(TimeUnit.Microsecond, "UTC"), nullable: false),
        ],
        metadata: null);
}
