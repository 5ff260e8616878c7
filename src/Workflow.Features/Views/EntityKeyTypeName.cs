namespace Workflow.Features.Views;

/// <summary>How definitions name key types.</summary>
internal static class EntityKeyTypeName
{
    /// <summary>Gives the names of all types.</summary>
    public static readonly string[] All = ["string", "int64", "int32", "guid", "bytes"];

    public static string Of(EntityKeyType type) => All[(int)type];

    public static EntityKeyType? Parse(string name) => Array.IndexOf(All, name) is var index and >= 0 ? (EntityKeyType)index : null;
}
