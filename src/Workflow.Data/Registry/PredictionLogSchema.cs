using Apache.Arrow;
using Apache.Arrow.Types;

namespace Workflow.Data.Registry;

/// <summary>The Arrow schema of the prediction log, in which serving and monitoring meet.</summary>
public static class PredictionLogSchema
{
    /// <summary>The name of the request's id: a string, unique, the key that labels join on.</summary>
    public const string RequestId = "request_id";

    /// <summary>The name of the moment of the prediction in event time: microseconds, UTC.</summary>
    public const string EventTime = "event_time";

    /// <summary>The name of the registered model's name.</summary>
    public const string ModelName = "model_name";

    /// <summary>The name of the model's version number.</summary>
    public const string ModelVersion = "model_version";

    /// <summary>The name of the arm that answered: <c>champion</c>, <c>challenger</c> or <c>shadow</c>.</summary>
    public const string ServedBy = "served_by";

    /// <summary>The name of the score that was returned: float64.</summary>
    public const string Score = "score";

    /// <summary>The name of the weight of the row: the inverse of the probability with which it was logged.</summary>
    public const string SampleWeight = "sample_weight";

    /// <summary>The prefix of the logged feature columns.</summary>
    public const string FeaturePrefix = "feature.";

    /// <summary>Gives the schema of the log of a model with these inputs.</summary>
    /// <param name="signature">The model's signature; each input becomes a nullable column <c>feature.NAME</c> of its type.</param>
    public static Schema For(ModelSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        return new Schema(
            [
                new Field(RequestId, StringType.Default, nullable: false),
                new Field(EventTime, new TimestampType(TimeUnit.Microsecond, "UTC"), nullable: false),
                new Field(ModelName, StringType.Default, nullable: false),
                new Field(ModelVersion, Int64Type.Default, nullable: false),
                new Field(ServedBy, StringType.Default, nullable: false),
                new Field(Score, DoubleType.Default, nullable: false),
                new Field(SampleWeight, DoubleType.Default, nullable: false),
                .. signature.Inputs.FieldsList.Select(f => new Field(FeaturePrefix + f.Name, f.DataType, nullable: true)),
            ],
            metadata: null);
    }
}
