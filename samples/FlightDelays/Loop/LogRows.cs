using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;
using FlightDelays.Flights;
using Workflow.Data.Registry;

namespace FlightDelays.Loop;

/// <summary>Makes rows of the prediction log in which each row says which version answered, and as which arm.</summary>
internal static class LogRows
{
    /// <summary>Makes the log's rows.</summary>
    /// <param name="signature">The model's columns.</param>
    /// <param name="rows">The flights with their features. Borrowed; the features are shared.</param>
    /// <param name="answers">One answer a row.</param>
    public static RecordBatch ToBatch(ModelSignature signature, RecordBatch rows, ReadOnlySpan<Answer> answers)
    {
        var schema = PredictionLogSchema.For(signature);
        var flights = ((Int64Array)rows.Column(FlightRows.Flight)).Values;
        var (ids, models, arms) = (new StringArray.Builder(), new StringArray.Builder(), new StringArray.Builder());
        var (versions, scores, weights) = (new long[rows.Length], new double[rows.Length], new double[rows.Length]);
        for (var i = 0; i < rows.Length; i++)
        {
            ids.Append(Id(flights[i]));
            models.Append(FlightModel.Name);
            arms.Append(answers[i].ServedBy);
            (versions[i], scores[i], weights[i]) = (answers[i].Version, answers[i].Score, 1);
        }

        return new RecordBatch(
            schema,
            [
                ids.Build(),
                Columns.OfMoments(((TimestampArray)rows.Column(FlightRows.Date)).Values.ToArray(), (TimestampType)schema.GetFieldByName(PredictionLogSchema.EventTime).DataType),
                models.Build(),
                Columns.Of(versions),
                arms.Build(),
                Columns.Of(scores),
                Columns.Of(weights),
                .. signature.Inputs.FieldsList.Select(f => Columns.Share(rows.Column(f.Name))),
            ],
            rows.Length);
    }

    /// <summary>Gives the id under which a flight is asked for, logged and labelled.</summary>
    public static string Id(long flight) => flight.ToString(CultureInfo.InvariantCulture);
}
