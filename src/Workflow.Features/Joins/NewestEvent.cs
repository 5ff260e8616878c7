using System.Runtime.InteropServices;

namespace Workflow.Features.Joins;

/// <summary>What decides whether one event is the newest that counts for a query.</summary>
internal interface INewestEvent
{
    /// <summary>Gets the number of the event's key.</summary>
    int Key { get; }

    /// <summary>Gets the event's row in its source.</summary>
    int Row { get; }

    long Time { get; }

    /// <summary>Gets what decides between events of the same time.</summary>
    long Rank { get; }

    /// <summary>Gives the moment from which it counts.</summary>
    /// <param name="delay">How long after its time an event counts, where that is the same for all.</param>
    long Visible(long delay);
}

/// <summary>An event of a view in which every event is known the same time after it happened: 16 bytes.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PlainEvent(long Time, int Key, int Row) : INewestEvent
{
    public long Rank => 0;

    public long Visible(long delay) => Time + delay;
}

/// <summary>An event with an availability of its own: 32 bytes.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RankedEvent(long Time, int Key, int Row) : INewestEvent
{
    public long Rank { get; init; }

    public long VisibleFrom { get; init; }

    public long Visible(long delay) => VisibleFrom;
}
