namespace Workflow.Features.Joins;

/// <summary>The Arrow metadata keys under which definitions travel with the values computed from them.</summary>
public static class FeatureMetadata
{
    /// <summary>On a field: the name of its feature view.</summary>
    public const string View = "workflow.feature_view";

    /// <summary>On a field: the version of its feature view.</summary>
    public const string ViewVersion = "workflow.feature_view.version";

    /// <summary>On a field: the digest of its feature view.</summary>
    public const string ViewDigest = "workflow.feature_view.digest";

    /// <summary>On the field of an on-demand feature: its formula.</summary>
    public const string Formula = "workflow.feature.formula";

    /// <summary>On the schema: the name of the feature service.</summary>
    public const string Service = "workflow.feature_service";

    /// <summary>On the schema: the digest of the feature service.</summary>
    public const string ServiceDigest = "workflow.feature_service.digest";
}
