using Apache.Arrow;
using Workflow.Features.Joins;
using Workflow.Features.Views;

namespace Workflow.Features.Consistency;

/// <summary>Says which events cannot honestly be known at a moment, as one view sees time.</summary>
internal sealed class FutureRule(FeatureView view, Availability honest)
{
    private double[] _seconds = [];

    public IEnumerable<string> Columns => honest.Columns.Append(view.EventTime);

    /// <summary>Clears what can be known: an event is of the future only if it is for every view.</summary>
    public void Restrict(RecordBatch batch, ColumnReader reader, long moment, Span<bool> future)
    {
        if (_seconds.Length < batch.Length)
        {
            _seconds = new double[batch.Length];
        }

        honest.Seconds?.Evaluate(batch, reader, _seconds.AsSpan(0, batch.Length));
        var times = reader.Times(batch, view.EventTime);
        var starts = reader.Times(batch, honest.Column ?? view.EventTime);
        for (var row = 0; row < batch.Length; row++)
        {
            future[row] &= times[row] != FeatureTime.Never
                && EventRows.Visible(times[row], honest.At(starts[row], _seconds[row]), view.AtEqualTime) > moment;
        }
    }
}
