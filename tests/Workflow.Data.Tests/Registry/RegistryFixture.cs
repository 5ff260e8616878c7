using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;
using Microsoft.Data.Sqlite;
using Workflow.Data.Metadata;
using Workflow.Data.Registry;
using Workflow.Data.Storage;

namespace Workflow.Data.Tests.Registry;

/// <summary>A registry in a folder of its own, and a way around it for forgers.</summary>
internal sealed class RegistryFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RegistryFixture()
    {
        Database = new SqliteMetadataDatabase(_folder["metadata.db"]);
        Registry = new ModelRegistry(Database);
    }

    public static ModelSignature Signature { get; } = new()
    {
        Inputs = new Schema([new Field("distance", FloatType.Default, nullable: false)], metadata: null),
        Outputs = new Schema([new Field("score", DoubleType.Default, nullable: false)], metadata: null),
    };

    public SqliteMetadataDatabase Database { get; }

    public ModelRegistry Registry { get; }

    public static ContentDigest Digest(int content) => ContentDigest.Of(BitConverter.GetBytes(content));

    public static ModelVersionDraft Draft(string name, int artifact, string? run = null) => new()
    {
        Name = name,
        Artifact = Digest(artifact),
        Format = "onnx",
        Signature = Signature,
        RunId = run,
        Facts = new Dictionary<string, string> { ["auc"] = artifact.ToString(CultureInfo.InvariantCulture) },
        CreatedBy = "trainer",
    };

    public static AliasChange Change(string model, string alias, long version, long? expected = null) => new()
    {
        Model = model,
        Alias = alias,
        Version = version,
        Actor = "gate",
        Reason = "better by 0.01",
        Evidence = Digest(4711),
        ExpectedGeneration = expected,
    };

    public static AliasRollback Rollback(string model, string alias, long? expected = null) => new()
    {
        Model = model,
        Alias = alias,
        Actor = "on-call",
        Reason = "errors",
        ExpectedGeneration = expected,
    };

    /// <summary>Runs SQL behind the registry's back.</summary>
    public int Forge(string statement)
    {
        using var connection = new SqliteConnection($"Data Source={Database.Place}");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A forger's SQL is what these tests are about.
        command.CommandText = statement;
#pragma warning restore CA2100
        return command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        Database.Dispose();
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }
}
