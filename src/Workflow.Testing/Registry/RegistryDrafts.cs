using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Registry;
using Workflow.Data.Storage;

namespace Workflow.Testing.Registry;

/// <summary>Orders to a registry with everything filled in that a test does not care about.</summary>
internal static class RegistryDrafts
{
    public static ModelSignature Signature { get; } = new()
    {
        Inputs = new Schema([new Field("distance", FloatType.Default, nullable: false)], metadata: null),
        Outputs = new Schema([new Field("score", DoubleType.Default, nullable: false)], metadata: null),
    };

    public static ContentDigest Digest(int content) => ContentDigest.Of(BitConverter.GetBytes(content));

    public static ModelVersionDraft Version(string name, int artifact, string? run = null) => new()
    {
        Name = name,
        Artifact = Digest(artifact),
        Format = "onnx",
        Signature = Signature,
        RunId = run,
        Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["auc"] = (artifact / 10.0).ToString(CultureInfo.InvariantCulture) },
        CreatedBy = "trainer",
    };

    public static AliasChange Change(string model, string alias, long version, long? expected = null) => new()
    {
        Model = model,
        Alias = alias,
        Version = version,
        Actor = "gate",
        Reason = "better",
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

    public static AliasRemoval Removal(string model, string alias) => new() { Model = model, Alias = alias, Actor = "on-call", Reason = "retired" };

    public static VersionDeletion Deletion(string model, long version) => new() { Model = model, Version = version, Actor = "owner", Reason = "not needed" };

    public static ModelTagChange Tag(string model, long? version, string name, string? value) => new() { Model = model, Version = version, Name = name, Value = value, Actor = "owner" };
}
