namespace Workflow.Data.Versioning.Configuration;

/// <summary>What a setting's value may be.</summary>
internal enum SettingKind
{
    Text,
    Boolean,
    Integer,
    PositiveInteger,
    Seconds,
    LinkTypes,
    Group,
    HttpAuthentication,
}
