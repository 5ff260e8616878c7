using Workflow.Data.Metadata;

namespace Workflow.Inference.Rollouts;

/// <summary>The tables of this package: rollouts and their journal.</summary>
internal static class InferenceMigrations
{
    public static MetadataMigrations All { get; } = MetadataMigrations.FromAssembly(typeof(InferenceMigrations).Assembly, "Workflow.Inference");
}
