using Workflow.Features.Aggregation;
using Workflow.Features.Views;

namespace Workflow.Features.Online;

/// <summary>One feature of an online view: its states, its window among the view's windows, its inputs among the view's inputs.</summary>
internal sealed class OnlineFeature
{
    public OnlineFeature(WindowedFeature feature, long?[] windows, string[] inputs)
    {
        Window = feature.Window is { } window ? FeatureTime.Microseconds(window) : null;
        WindowIndex = Array.IndexOf(windows, Window);
        InputIndex = [.. feature.Aggregate.Inputs.Select(n => Array.IndexOf(inputs, n))];
        Inputs = new double[InputIndex.Length][];
        var aggregate = Window is null ? feature.Aggregate : feature.Aggregate.ForBoundedWindow;
        Column = aggregate.CreateOnlineColumn();
        Slides = aggregate.Slides(isBounded: Window is not null);
        Forgets = aggregate.Forgets(isBounded: Window is not null);
        Dropped = Slides && Window is null ? feature.Aggregate.CreateOnlineColumn() : null;
    }

    public long? Window { get; }

    public int WindowIndex { get; }

    public int[] InputIndex { get; }

    public double[][] Inputs { get; }

    public OnlineColumn Column { get; }

    public bool Slides { get; }

    /// <summary>Gets whether what grows too old is forgotten by its time, not removed event by event.</summary>
    public bool Forgets { get; }

    /// <summary>Gets what the whole history held of events that are no longer retained; null for other windows.</summary>
    public OnlineColumn? Dropped { get; }
}
