using Workflow.Data.Metadata;

namespace Workflow.Features.Catalog;

/// <summary>The tables of this package: definitions, their tags and their uses.</summary>
internal static class FeaturesMigrations
{
    public static MetadataMigrations All { get; } = MetadataMigrations.FromAssembly(typeof(FeaturesMigrations).Assembly, "Workflow.Features");
}
