namespace Workflow.Features.Online;

/// <summary>How far the windows of one key have slid.</summary>
/// <param name="windows">The number of windows of different length.</param>
/// <param name="number">The number of the key's states.</param>
internal sealed class OnlineWindows(int windows, int number)
{
    /// <summary>Gets the number of the key's states.</summary>
    public int Number => number;

    /// <summary>Gets, for each window, the first position that is not too old at <see cref="LastQuery"/>.</summary>
    public int[] Starts { get; } = new int[windows];

    /// <summary>Gets the events that do not count at <see cref="LastQuery"/> yet, by when they begin to.</summary>
    public PriorityQueue<int, long> Pending { get; } = new();

    /// <summary>Gets the events that count and that a later version will replace, by when.</summary>
    public PriorityQueue<int, long> Expiring { get; } = new();

    /// <summary>Gets or sets the moment that the windows have slid to.</summary>
    public long LastQuery { get; set; }

    /// <summary>Gets or sets whether an event was replaced that some states cannot take out: they are built anew by the next read.</summary>
    public bool IsStale { get; set; }
}
