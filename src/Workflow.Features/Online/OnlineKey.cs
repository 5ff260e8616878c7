namespace Workflow.Features.Online;

/// <summary>One key's events: those in time order, those that do not count yet, and how far its windows have slid.</summary>
internal sealed class OnlineKey(int windows)
{
    public TimeOrder Order { get; } = new();

    /// <summary>Gets the events that do not count at <see cref="LastQuery"/> yet, by when they begin to.</summary>
    public PriorityQueue<int, long> Pending { get; } = new();

    /// <summary>Gets, for each window, the first position that is not too old at <see cref="LastQuery"/>.</summary>
    public int[] Starts { get; } = new int[windows];

    /// <summary>Gets or sets the moment that the windows have slid to.</summary>
    public long LastQuery { get; set; } = long.MinValue;

    /// <summary>Gets or sets the latest moment that was asked for.</summary>
    public long LastRead { get; set; } = long.MinValue;
}
