namespace Workflow.Data.Registry;

/// <summary>What versions are looked for. Everything that is set must hold.</summary>
public sealed class ModelSearch
{
    /// <summary>Gets or sets what the model's name begins with; null for any.</summary>
    public string? NamePrefix { get; set; }

    /// <summary>Gets or sets an alias that the version holds now; null for any.</summary>
    public string? Alias { get; set; }

    /// <summary>Gets or sets the stage; null for any.</summary>
    public ModelStage? Stage { get; set; }

    /// <summary>Gets or sets tags that the version or its model has, with the value, or with any where that is null.</summary>
    public IReadOnlyDictionary<string, string?> Tags { get; set; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>Gets or sets conditions on facts. They are checked after all else, by reading the versions that are left.</summary>
    public IReadOnlyList<FactCondition> Facts { get; set; } = [];

    /// <summary>Gets or sets where to go on: the <see cref="ModelSearchPage.Next"/> of the page before; null for the first.</summary>
    public string? After { get; set; }

    /// <summary>Gets or sets the most versions of a page. Default 100; from 1 to 1,000.</summary>
    public int Limit { get; set; } = 100;
}
