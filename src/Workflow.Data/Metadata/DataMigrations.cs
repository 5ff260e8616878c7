namespace Workflow.Data.Metadata;

/// <summary>The tables of this package: leases, registry, audit log, lineage.</summary>
internal static class DataMigrations
{
    public static MetadataMigrations All { get; } = MetadataMigrations.FromAssembly(typeof(DataMigrations).Assembly, "Workflow.Data");
}
