using Apache.Arrow;
using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>Computes what a view takes from each row of its source: the one place for replay and stream alike.</summary>
internal sealed class EventRows(FeatureView view)
{
    private double[] _seconds = [];

    /// <summary>Gives when each event can be known.</summary>
    public void Available(RecordBatch batch, ColumnReader reader, Span<long> available)
    {
        var rule = view.Availability;
        var starts = reader.Times(batch, rule.Column ?? view.EventTime);
        if (_seconds.Length < available.Length)
        {
            _seconds = new double[available.Length];
        }

        rule.Seconds?.Evaluate(batch, reader, _seconds.AsSpan(0, available.Length));
        for (var row = 0; row < available.Length; row++)
        {
            available[row] = rule.At(starts[row], _seconds[row]);
        }
    }

    /// <summary>Gives one input of an aggregate: a source column, or a derived one.</summary>
    public void Input(string name, RecordBatch batch, ColumnReader reader, Span<double> values)
    {
        if (view.Formula(name) is { } formula)
        {
            formula.Evaluate(batch, reader, values);
        }
        else
        {
            reader.Numbers(batch, name).AsSpan(0, values.Length).CopyTo(values);
        }
    }

    /// <summary>Gives when an event begins to count: when it is available and its time has come.</summary>
    public static long Visible(long time, long available, EqualTimeRule rule) => Math.Max(available, rule == EqualTimeRule.Before ? time + 1 : time);

}
