using Apache.Arrow;
using Workflow.Features.Aggregation;
using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>Computes what a view takes from each row of its source: the one place for replay and stream alike.</summary>
internal sealed class EventRows(FeatureView view)
{
    private double[] _seconds = [];

    /// <summary>Gives when each event can be known.</summary>
    public void Available(RecordBatch batch, ColumnReader reader, Span<long> available)
    {
        if (view.AvailabilityRule == AvailabilityRule.TiesOnly)
        {
            available.Fill(long.MinValue);
        }
        else
        {
            Known(batch, reader, available);
            DropLate(reader.Times(batch, view.EventTime), available);
        }
    }

    /// <summary>Gives what decides between events of the same time: availability, of which null is the lowest.</summary>
    public void Ranks(RecordBatch batch, ColumnReader reader, Span<long> ranks)
    {
        Known(batch, reader, ranks);
        ranks.Replace(FeatureTime.Never, long.MinValue);
    }

    /// <summary>Says which rows delete their event.</summary>
    public void Deleted(RecordBatch batch, ColumnReader reader, Span<bool> deleted)
    {
        var truth = new double[deleted.Length];
        Input(view.Deleted!, batch, reader, truth);
        for (var row = 0; row < truth.Length; row++)
        {
            deleted[row] = truth[row] != 0 && !Missing.Is(truth[row]);
        }
    }

    /// <summary>Says which rows fulfil the view's filter and a condition of a feature.</summary>
    public void Exists(Expression? where, RecordBatch batch, ColumnReader reader, Span<bool> exists)
    {
        exists.Fill(true);
        var truth = new double[batch.Length];
        foreach (var condition in new[] { view.Filter, where }.OfType<Expression>())
        {
            condition.Evaluate(batch, reader, truth);
            for (var row = 0; row < truth.Length; row++)
            {
                exists[row] &= truth[row] != 0 && !Missing.Is(truth[row]);
            }
        }
    }

    private void Known(RecordBatch batch, ColumnReader reader, Span<long> available)
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

    // A row without an event time has no lateness: it may still be the version that ends an event.
    private void DropLate(ReadOnlySpan<long> times, Span<long> available)
    {
        if (view.AllowedLateness is not { } lateness)
        {
            return;
        }

        var allowed = FeatureTime.Microseconds(lateness);
        for (var row = 0; row < available.Length; row++)
        {
            available[row] = times[row] != FeatureTime.Never && available[row] - allowed > times[row] ? FeatureTime.Never : available[row];
        }
    }

    /// <summary>Gives one input of an aggregate: a source column, or a derived one.</summary>
    public void Input(string name, RecordBatch batch, ColumnReader reader, Span<double> values)
    {
        if (view.Formula(name) is { } formula)
        {
            formula.Evaluate(batch, reader, values);
        }
        else if (TextHash.Takes(batch.Column(name).Data.DataType))
        {
            TextHash.Of(batch.Column(name), values);
        }
        else
        {
            reader.Numbers(batch, name).AsSpan(0, values.Length).CopyTo(values);
        }
    }

    /// <summary>Gives when an event begins to count: when it is available and its time has come.</summary>
    public static long Visible(long time, long available, EqualTimeRule rule) => Math.Max(available, rule == EqualTimeRule.Before ? time + 1 : time);
}
