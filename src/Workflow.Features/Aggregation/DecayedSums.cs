using Workflow.Numerics.Sums;

namespace Workflow.Features.Aggregation;

/// <summary>One exact sum a half-life that holds an event, by time. Not thread-safe.</summary>
internal sealed class DecayedSums
{
    // Beyond this many half-lives nothing is left of any float64.
    private const long Vanished = 2200;

    private readonly List<Bucket> _buckets = [];

    public int Count => _buckets.Count;

    public long LastPeriod => _buckets[^1].Period;

    public DecayedSums Copy()
    {
        var copy = new DecayedSums();
        copy._buckets.AddRange(_buckets);
        return copy;
    }

    public void Add(long period, double value, double weight)
    {
        var change = new Bucket { Period = period, Events = 1 };
        change.Values.Add(value);
        change.Weights.Add(weight);
        Add(change);
    }

    public void Subtract(long period, double value, double weight)
    {
        var change = new Bucket { Period = period, Events = -1 };
        change.Values.Subtract(value);
        change.Weights.Subtract(weight);
        Add(change);
    }

    public void Add(DecayedSums other) => other._buckets.ForEach(Add);

    /// <summary>Sums the values, each half-life before a period counting half as much.</summary>
    public double Total(long period) => Total(period, static b => b.Values.ToDouble());

    /// <summary>Sums the weights, each half-life before a period counting half as much.</summary>
    public double TotalWeight(long period) => Total(period, static b => b.Weights.ToDouble());

    private double Total(long period, Func<Bucket, double> valueOf)
    {
        var total = default(ExactSum);
        foreach (var bucket in _buckets)
        {
            total.Add(Math.ScaleB(valueOf(bucket), (int)Math.Clamp(bucket.Period - period, -Vanished, Vanished)));
        }

        return total.ToDouble();
    }

    private void Add(Bucket change)
    {
        var at = _buckets.Count;
        while (at > 0 && _buckets[at - 1].Period >= change.Period)
        {
            at--;
        }

        if (at == _buckets.Count || _buckets[at].Period != change.Period)
        {
            _buckets.Insert(at, change);
            return;
        }

        var bucket = _buckets[at];
        bucket.Events += change.Events;
        bucket.Values.Add(change.Values);
        bucket.Weights.Add(change.Weights);
        if (bucket.Events == 0)
        {
            _buckets.RemoveAt(at);
        }
        else
        {
            _buckets[at] = bucket;
        }
    }

    private struct Bucket
    {
        public long Period;
        public long Events;
        public ExactSum Values;
        public ExactSum Weights;
    }
}
