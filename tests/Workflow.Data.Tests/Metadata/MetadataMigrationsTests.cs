using Workflow.Data.Metadata;

namespace Workflow.Data.Tests.Metadata;

public sealed class MetadataMigrationsTests
{
    [Fact]
    public void The_package_s_own_scripts_obey_the_rules()
    {
        Assert.Equal("data_", DataMigrations.All.Prefix);
        Assert.Equal(["0001_leases.sql", "0002_registry.sql", "0003_lineage.sql", "0004_registry_records.sql", "0005_lineage_datasets.sql"], DataMigrations.All.Scripts.Select(s => s.Name));
        Assert.DoesNotContain(DataMigrations.All.Scripts, s => s.Script.Contains('\r', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Workflow.Training", "training_")]
    [InlineData("Workflow.Training.MLflow", "training_mlflow_")]
    [InlineData("Contoso", "contoso_")]
    public void Tables_carry_the_package_s_prefix(string package, string prefix) =>
        Assert.Equal(prefix, MetadataMigrations.Create(package, [new MetadataMigration(1, "0001_a.sql", $"CREATE TABLE {prefix}a (id BIGINT);")]).Prefix);

    [Fact]
    public void Everything_that_breaks_the_rules_is_named_at_once()
    {
        var exception = Assert.Throws<ArgumentException>(() => MetadataMigrations.Create("Workflow.Training",
        [
            new MetadataMigration(1, "0001_a.sql", "CREATE TABLE data_runs (id INTEGER); -- REAL comments do no harm"),
            new MetadataMigration(3, "0003_b.sql", "CREATE UNIQUE INDEX runs_by_name ON training_runs (name);"),
        ]));
        Assert.Contains("'data_runs'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("INTEGER", exception.Message, StringComparison.Ordinal);
        Assert.Contains("'runs_by_name'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("has number 3, expected 2", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("REAL", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_assembly_without_scripts_says_what_is_missing() =>
        Assert.Contains("Migrations.0001_name.sql", Assert.Throws<ArgumentException>(() => MetadataMigrations.FromAssembly(typeof(object).Assembly, "Workflow.X")).Message, StringComparison.Ordinal);
}
