namespace Workflow.Features.Online;

/// <summary>The retained events of one view, in slots that are reused: columns, so that aggregates read them as they read a replay's.</summary>
internal sealed class OnlineEvents(int inputs)
{
    private readonly Stack<int> _free = [];
    private int _slots;

    public long[] Times { get; private set; } = new long[64];

    public long[] Visible { get; private set; } = new long[64];

    /// <summary>Gets one column an input. The outer array stays the same, its columns are replaced as they grow.</summary>
    public double[][] Inputs { get; } = [.. Enumerable.Range(0, inputs).Select(static _ => new double[64])];

    /// <summary>Gets the number of events held.</summary>
    public int Count => _slots - _free.Count;

    public int Add(long time, long visible)
    {
        if (!_free.TryPop(out var slot))
        {
            slot = _slots++;
            if (slot == Times.Length)
            {
                Grow();
            }
        }

        (Times[slot], Visible[slot]) = (time, visible);
        return slot;
    }

    public void Release(int slot) => _free.Push(slot);

    private void Grow()
    {
        var length = checked(_slots * 2);
        var (times, visible) = (Times, Visible);
        Array.Resize(ref times, length);
        Array.Resize(ref visible, length);
        (Times, Visible) = (times, visible);
        for (var i = 0; i < Inputs.Length; i++)
        {
            Array.Resize(ref Inputs[i], length);
        }
    }
}
