namespace Workflow.Features.Aggregation;

/// <summary>One event as an aggregate sees it: its time and the values of the aggregate's inputs. Valid during the call only.</summary>
public readonly ref struct FeatureEvent
{
    private readonly ReadOnlySpan<double[]> _columns;
    private readonly int _index;

    internal FeatureEvent(long microseconds, ReadOnlySpan<double[]> columns, int index)
    {
        TimeMicroseconds = microseconds;
        _columns = columns;
        _index = index;
    }

    /// <summary>Gets the event time in microseconds since 1970-01-01T00:00:00Z.</summary>
    public long TimeMicroseconds { get; }

    /// <summary>Gets an input's value; meaningless where <see cref="IsNull"/>. Booleans are 0 and 1, times microseconds since 1970 UTC.</summary>
    /// <param name="input">Position in <see cref="Aggregate.Inputs"/>.</param>
    public double this[int input] => _columns[input][_index];

    /// <summary>Makes an event from values at hand, for tests of an aggregate.</summary>
    /// <param name="microseconds">Event time, microseconds since 1970-01-01T00:00:00Z.</param>
    /// <param name="inputs">One value an input; null for null.</param>
    public static FeatureEvent Of(long microseconds, ReadOnlySpan<double?> inputs)
    {
        var columns = new double[inputs.Length][];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = [inputs[i] is { } value ? Missing.Canonical(value) : Missing.Value];
        }

        return new FeatureEvent(microseconds, columns, 0);
    }

    /// <summary>Says whether an input is null. NaN is not null.</summary>
    /// <param name="input">Position in <see cref="Aggregate.Inputs"/>.</param>
    public bool IsNull(int input) => Missing.Is(_columns[input][_index]);
}
