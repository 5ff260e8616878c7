namespace Workflow.Monitoring.Drift;

/// <summary>How p-values are adjusted for the number of features that are tested at once.</summary>
public enum TestCorrection
{
    /// <summary>Benjamini and Hochberg 1995: the expected share of false alarms among the alarms stays below the level. The default.</summary>
    BenjaminiHochberg,

    /// <summary>Holm 1979: the probability of any false alarm stays below the level; never weaker than Bonferroni.</summary>
    Holm,

    /// <summary>Bonferroni: the probability of any false alarm stays below the level.</summary>
    Bonferroni,

    /// <summary>None: twenty features at 5 % give a false alarm in 64 % of the windows.</summary>
    None,
}
