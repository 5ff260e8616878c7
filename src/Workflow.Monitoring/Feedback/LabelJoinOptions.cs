using Workflow.Monitoring.Profiles;

namespace Workflow.Monitoring.Feedback;

/// <summary>How predictions meet their labels and how the outcome is cut into windows.</summary>
public sealed class LabelJoinOptions
{
    /// <summary>Gets or sets how event time is cut. Default weeks from Monday.</summary>
    public TimeWindows Windows { get; set; } = TimeWindows.Weekly;

    /// <summary>Gets or sets how long after a window's end labels may still come: until then a window without enough labels is provisional. Default 30 days.</summary>
    public TimeSpan MaximumDelay { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Gets or sets the share of labelled predictions from which a window is no longer provisional. Default 0.95; from 0 to 1.</summary>
    public double MinimumCoverage { get; set; } = 0.95;

    /// <summary>Gets or sets the confidence of intervals. Default 0.95; above 0 and below 1.</summary>
    public double Confidence { get; set; } = 0.95;

    /// <summary>Gets or sets the only model version to look at; null for all.</summary>
    public long? ModelVersion { get; set; }

    /// <summary>Gets or sets the only arm to look at (<c>champion</c>, <c>challenger</c>, <c>shadow</c>); null for all.</summary>
    public string? ServedBy { get; set; }

    internal IEnumerable<string> Faults()
    {
        if (Windows is null)
        {
            yield return $"{nameof(Windows)} is null.";
        }

        if (MaximumDelay < TimeSpan.Zero)
        {
            yield return $"{nameof(MaximumDelay)} is {MaximumDelay}; it is not negative.";
        }

        if (!(MinimumCoverage is >= 0 and <= 1))
        {
            yield return $"{nameof(MinimumCoverage)} is {MinimumCoverage}; it is from 0 to 1.";
        }

        if (!(Confidence is > 0 and < 1))
        {
            yield return $"{nameof(Confidence)} is {Confidence}; it is above 0 and below 1.";
        }
    }
}
