using Workflow.Numerics.Sums;

namespace Workflow.Features.Aggregation;

/// <summary>An exact sum and the number of values in it.</summary>
internal struct SumState
{
    public ExactSum Sum;
    public long Count;

    public void Add(double value)
    {
        if (!Missing.Is(value))
        {
            Sum.Add(value);
            Count++;
        }
    }

    public void Remove(double value)
    {
        if (!Missing.Is(value))
        {
            Sum.Subtract(value);
            Count--;
        }
    }

    public void Merge(in SumState other)
    {
        Sum.Add(other.Sum);
        Count += other.Count;
    }
}
