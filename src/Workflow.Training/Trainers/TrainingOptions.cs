namespace Workflow.Training.Trainers;

/// <summary>The settings that every engine shares.</summary>
public abstract class TrainingOptions
{
    /// <summary>Gets or sets the columns to learn from, in the order of the model's inputs. Must not be empty.</summary>
    public IReadOnlyList<string> Features { get; set; } = [];

    /// <summary>Gets or sets the column to predict.</summary>
    public string Label { get; set; } = "label";

    /// <summary>Gets or sets the column of row weights, or null for equal weights.</summary>
    public string? Weight { get; set; }

    /// <summary>Gets or sets the seed of every random choice. Default 42; null draws one, which the model reports.</summary>
    public int? Seed { get; set; } = 42;

    /// <summary>Gets or sets a question asked after every iteration; true stops and returns the best model so far. Null never stops.</summary>
    public Func<TrainingProgress, bool>? StopWhen { get; set; }

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">Something is wrong; every fault is listed.</exception>
    public void Validate()
    {
        var faults = Faults().ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException($"{GetType().Name} has {faults.Count} fault(s):{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", faults)}");
        }
    }

    /// <summary>Lists everything that is wrong with the settings. Overrides add to the base's faults.</summary>
    protected virtual IEnumerable<string> Faults()
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
    }
}
