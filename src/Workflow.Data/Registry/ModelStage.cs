namespace Workflow.Data.Registry;

/// <summary>The stages that MLflow's registry knows.</summary>
public enum ModelStage
{
    /// <summary>A version that is in none of the others.</summary>
    None,

    /// <summary>The version that holds the alias <c>staging</c>.</summary>
    Staging,

    /// <summary>The version that holds the alias <c>production</c>.</summary>
    Production,

    /// <summary>A version with the tag <c>workflow.stage</c> = <c>archived</c> that holds neither alias.</summary>
    Archived,
}
