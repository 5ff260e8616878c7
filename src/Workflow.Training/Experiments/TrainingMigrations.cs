using Workflow.Data.Metadata;

namespace Workflow.Training.Experiments;

/// <summary>The tables of this package: runs and their metrics.</summary>
internal static class TrainingMigrations
{
    public static MetadataMigrations All { get; } = MetadataMigrations.FromAssembly(typeof(TrainingMigrations).Assembly, "Workflow.Training");
}
