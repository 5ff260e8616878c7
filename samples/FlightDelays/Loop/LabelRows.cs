using Apache.Arrow;
using FlightDelays.Flights;
using Workflow.Data.Tables;
using Workflow.Monitoring.Feedback;

namespace FlightDelays.Loop;

/// <summary>Makes labels, as an arrival system would send them, from the table of flights.</summary>
internal static class LabelRows
{
    public static TableSource From(TableSource rows) => new RowMap(rows, LabelSchema.Schema, (batch, _) =>
    {
        var flights = (Int64Array)batch.Column(FlightRows.Flight);
        var late = (FloatArray)batch.Column(FlightRows.Late);
        var ids = Enumerable.Range(0, batch.Length).Select(i => LogRows.Id(flights.Values[i]));
        var labels = new double[batch.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = late.Values[i];
        }

        return new RecordBatch(
            LabelSchema.Schema,
            [Columns.Of(ids), Columns.Of(labels), Columns.Share(batch.Column(FlightRows.KnownAt)), Columns.Share(batch.Column(FlightRows.KnownAt))],
            batch.Length);
    });
}
