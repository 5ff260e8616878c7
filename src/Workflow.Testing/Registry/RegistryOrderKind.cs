namespace Workflow.Testing.Registry;

/// <summary>What an order of the model-based test asks for.</summary>
internal enum RegistryOrderKind
{
    Register,
    Set,
    Rollback,
    Remove,
    Delete,
    Restore,
}
