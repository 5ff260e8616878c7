using System.Collections.Immutable;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Registry;
using Workflow.Data.Tables;

namespace Workflow.Inference.Predictions;

/// <summary>What was asked and what was answered, for the prediction log.</summary>
public sealed class PredictionRows
{
    /// <summary>Gets or sets the rows that were scored. Borrowed.</summary>
    public required RecordBatch Inputs { get; set; }

    /// <summary>Gets or sets their scores, float64 or float32 in the first column. Borrowed.</summary>
    public required RecordBatch Scores { get; set; }

    /// <summary>Gets or sets the id of each row, unique: what labels join on.</summary>
    public required IReadOnlyList<string> RequestIds { get; set; }

    /// <summary>Gets or sets the moment of each prediction, in event time; cut to microseconds.</summary>
    public required IReadOnlyList<DateTimeOffset> EventTimes { get; set; }

    /// <summary>Gets or sets the number of the version that answered.</summary>
    public required long Version { get; set; }

    /// <summary>Gets or sets who answered: <c>champion</c>, <c>challenger</c> or <c>shadow</c>. Default <c>champion</c>.</summary>
    public string ServedBy { get; set; } = "champion";

    /// <summary>Gets or sets the inverse of the probability with which these rows were logged. Default 1.</summary>
    public double SampleWeight { get; set; } = 1;

    /// <summary>Makes the log's rows.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="signature">The model's columns.</param>
    /// <returns>A batch of <see cref="PredictionLogSchema.For"/>, which the caller disposes; the features are shared, not copied.</returns>
    /// <exception cref="ArgumentException">The lengths differ; names all of them.</exception>
    /// <exception cref="SchemaMismatchException">The inputs lack columns, or they have other types; all are listed.</exception>
    public RecordBatch ToBatch(string model, ModelSignature signature)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        ArgumentNullException.ThrowIfNull(signature);
        var rows = Inputs.Length;
        if (Scores.Length != rows || RequestIds.Count != rows || EventTimes.Count != rows || Scores.ColumnCount == 0)
        {
            throw new ArgumentException($"Expected as many scores, ids and times as the {rows} rows, got {Scores.Length} scores in {Scores.ColumnCount} columns, {RequestIds.Count} ids and {EventTimes.Count} times.");
        }

        var schema = PredictionLogSchema.For(signature);
        var differences = ImmutableArray.CreateBuilder<SchemaDifference>();
        var columns = new List<IArrowArray>(schema.FieldsList.Count);
        var ids = new StringArray.Builder();
        var times = new TimestampArray.Builder(new TimestampType(TimeUnit.Microsecond, "UTC"));
        for (var row = 0; row < rows; row++)
        {
            ids.Append(RequestIds[row]);
            times.Append(EventTimes[row]);
        }

        columns.AddRange([ids.Build(), times.Build(), Repeat(model, rows), Repeat(Version, rows), Repeat(ServedBy, rows), ReadScores(rows), Repeat(SampleWeight, rows)]);
        foreach (var expected in signature.Inputs.FieldsList)
        {
            var index = Inputs.Schema.GetFieldIndex(expected.Name);
            var found = index < 0 ? null : Inputs.Schema.FieldsList[index];
            if (found is null || TableSchema.Describe(found.DataType) != TableSchema.Describe(expected.DataType))
            {
                differences.Add(new SchemaDifference(expected.Name, TableSchema.Describe(expected), found is null ? null : TableSchema.Describe(found)));
            }
            else
            {
                columns.Add(ArrowArrayFactory.BuildArray(Inputs.Column(index).Data.SliceShared(0, rows)));
            }
        }

        if (differences.Count > 0)
        {
            columns.ForEach(c => c.Dispose());
            throw new SchemaMismatchException($"the prediction log of '{model}'", differences.ToImmutable());
        }

        return new RecordBatch(schema, columns, rows);
    }

    private static StringArray Repeat(string value, int rows)
    {
        var builder = new StringArray.Builder();
        for (var row = 0; row < rows; row++)
        {
            builder.Append(value);
        }

        return builder.Build();
    }

    private static Int64Array Repeat(long value, int rows) => new Int64Array.Builder().AppendRange(Enumerable.Repeat(value, rows)).Build();

    private static DoubleArray Repeat(double value, int rows) => new DoubleArray.Builder().AppendRange(Enumerable.Repeat(value, rows)).Build();

    private DoubleArray ReadScores(int rows)
    {
        var builder = new DoubleArray.Builder().Reserve(rows);
        switch (Scores.Column(0))
        {
            case DoubleArray wide:
                builder.Append(wide.Values);
                break;
            case FloatArray narrow:
                foreach (var score in narrow.Values)
                {
                    builder.Append(score);
                }

                break;
            default:
                throw new SchemaMismatchException("the prediction log", [new SchemaDifference("score", "float or double", TableSchema.Describe(Scores.Schema.FieldsList[0]))]);
        }

        return builder.Build();
    }
}
