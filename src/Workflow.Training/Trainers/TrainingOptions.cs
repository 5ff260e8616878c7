namespace Workflow.Training.Trainers;

/// <summary>The settings that every engine shares.</summary>
/// <remarks>Not thread-safe; a trainer takes a copy.</remarks>
public abstract class TrainingOptions
{
    /// <summary>Gets or sets the columns to learn from, in the order of the model's inputs. Must not be empty.</summary>
    public IReadOnlyList<string> Features { get; set; } = [];

    /// <summary>Gets or sets the column to predict.</summary>
    public string Label { get; set; } = "label";

    /// <summary>Gets or sets the column of row weights, which must be above zero, or null for equal weights.</summary>
    public string? Weight { get; set; }

    /// <summary>Gets or sets the seed of every random choice. Default 42, at least 0; null draws one, which the model reports.</summary>
    public int? Seed { get; set; } = 42;

    /// <summary>Gets or sets a question asked after every iteration; true stops and returns the best model so far. Null never stops.</summary>
    /// <remarks>Called on the training's own thread; what it throws ends the training with that exception.</remarks>
    public Func<TrainingProgress, bool>? StopWhen { get; set; }

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">Something is wrong; every fault is listed.</exception>
    public void Validate()
    {
        var faults = ColumnFaults().Concat(SettingFaults()).ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException($"{GetType().Name} has {faults.Count} fault(s):{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", faults)}");
        }
    }

    internal TrainingOptions Copy()
    {
        var copy = (TrainingOptions)MemberwiseClone();
        copy.Features = [.. Features];
        return copy;
    }

    /// <summary>Lists what is wrong with the settings other than the names of columns: what can be checked when a host starts.</summary>
    /// <returns>One sentence for each fault; overrides add to the base's.</returns>
    protected virtual IEnumerable<string> SettingFaults()
    {
        if (Seed < 0)
        {
            yield return $"{nameof(Seed)} is {Seed}; give a number from 0, or null to draw one.";
        }
    }

    private IEnumerable<string> ColumnFaults()
    {
        if (Features.Count == 0)
        {
            yield return $"{nameof(Features)} is empty; name the columns to learn from.";
        }

        foreach (var twice in Features.GroupBy(f => f, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            yield return $"{nameof(Features)} names '{twice.Key}' {twice.Count()} times; name each column once.";
        }

        if (Features.Contains(Label, StringComparer.Ordinal))
        {
            yield return $"{nameof(Label)} '{Label}' is also a feature; the model would see what it must predict.";
        }

        if (Weight is not null && (Weight == Label || Features.Contains(Weight, StringComparer.Ordinal)))
        {
            yield return $"{nameof(Weight)} '{Weight}' is also the label or a feature; name a column of its own.";
        }
    }
}
