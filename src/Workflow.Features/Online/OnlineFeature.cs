using Workflow.Features.Aggregation;
using Workflow.Features.Views;

namespace Workflow.Features.Online;

/// <summary>One aggregate of an online view: its states, its window among the view's windows, its inputs and its condition among the view's.</summary>
internal sealed class OnlineFeature
{
    public OnlineFeature(WindowedFeature feature, long?[] windows, string[] inputs, int condition)
    {
        Window = feature.Window is { } window ? FeatureTime.Microseconds(window) : null;
        WindowIndex = Array.IndexOf(windows, Window);
        InputIndex = [.. feature.Aggregate.Inputs.Select(n => Array.IndexOf(inputs, n))];
        Inputs = new double[InputIndex.Length][];
        Condition = condition;
        Kind = feature.Aggregate.Kind;
        var aggregate = Window is null ? feature.Aggregate : feature.Aggregate.ForBoundedWindow;

        // Summing up few events needs neither inverse nor forgetting: the smaller state does.
        Column = aggregate.CreateOnlineColumn();
        Plain = ReferenceEquals(aggregate, feature.Aggregate) ? Column : feature.Aggregate.CreateOnlineColumn();
        Slides = aggregate.Slides(isBounded: Window is not null);
        Forgets = aggregate.Forgets(isBounded: Window is not null);
        CanRemove = aggregate.IsInvertible;
        Dropped = Slides && Window is null ? feature.Aggregate.CreateOnlineColumn() : null;
    }

    public FeatureValueKind Kind { get; }

    public long? Window { get; }

    public int WindowIndex { get; }

    public int[] InputIndex { get; }

    public double[][] Inputs { get; }

    /// <summary>Gets the position of the feature's condition; negative for none.</summary>
    public int Condition { get; }

    /// <summary>Gets the states of keys whose windows slide.</summary>
    public OnlineColumn Column { get; }

    /// <summary>Gets what computes from events at hand.</summary>
    public OnlineColumn Plain { get; }

    public bool Slides { get; }

    /// <summary>Gets whether what grows too old is forgotten by its time, not removed event by event.</summary>
    public bool Forgets { get; }

    /// <summary>Gets whether an event can be taken out before it is too old.</summary>
    public bool CanRemove { get; }

    /// <summary>Gets what the whole history held of events that are no longer retained; null for other windows.</summary>
    public OnlineColumn? Dropped { get; }
}
