namespace Workflow.Features.Catalog;

/// <summary>What a registered definition is.</summary>
public enum DefinitionKind
{
    /// <summary>A feature view.</summary>
    View = 0,

    /// <summary>A feature service.</summary>
    Service = 1,
}
