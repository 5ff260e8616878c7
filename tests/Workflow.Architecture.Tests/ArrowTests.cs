using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Workflow.Architecture.Tests;

/// <summary>The only arrows between packages that DESIGN §2 allows.</summary>
public sealed class ArrowTests
{
    private static readonly string[] Ground = ["Workflow.Data", "Workflow.Onnx", "Workflow.Numerics"];
    private static readonly string[] Middle = ["Workflow.Features", "Workflow.Training", "Workflow.Inference", "Workflow.Monitoring"];

    /// <summary>What a product may see, directly or through others. A provider sees its package and what that sees.</summary>
    public static IReadOnlyDictionary<string, string[]> Allowed { get; } = new Dictionary<string, string[]>
    {
        ["Workflow.Numerics"] = [],
        ["Workflow.Onnx"] = [],
        ["Workflow.Data"] = ["Workflow.Numerics"],
        ["Workflow.Data.PostgreSql"] = ["Workflow.Data", "Workflow.Numerics"],
        ["Workflow.Data.S3"] = [.. Ground],
        ["Workflow.Data.AzureBlobs"] = [.. Ground],
        ["Workflow.Features"] = ["Workflow.Data", "Workflow.Numerics"],
        ["Workflow.Features.Redis"] = ["Workflow.Features", .. Ground],
        ["Workflow.Training"] = ["Workflow.Data", "Workflow.Numerics", "Workflow.Onnx"],
        ["Workflow.Inference"] = ["Workflow.Data", "Workflow.Numerics", "Workflow.Onnx"],
        ["Workflow.Monitoring"] = ["Workflow.Data", "Workflow.Numerics"],
        ["Workflow.Training.LightGbm"] = ["Workflow.Training", .. Ground],
        ["Workflow.Inference.AspNetCore"] = ["Workflow.Inference", .. Ground],
        ["Workflow.Testing"] = [.. Middle, .. Ground],
        ["Workflow.Cli"] = [.. Middle, .. Ground, "Workflow.Training.LightGbm", "Workflow.Data.S3", "Workflow.Data.AzureBlobs", "Workflow.Data.PostgreSql", "Workflow.Features.Redis"],
    };

    public static TheoryData<string> Products => Product.Names;

    [Theory]
    [MemberData(nameof(Products))]
    public void A_project_references_only_what_the_design_allows(string name)
    {
        Assert.True(Allowed.ContainsKey(name), $"{name} is not in DESIGN §2; add it there and here first.");
        Assert.Empty(Product.Named(name).ProjectReferences.Except(Allowed[name]));
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void An_assembly_uses_only_what_the_design_allows(string name)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, AssemblyFile(name)));
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        var used = metadata.AssemblyReferences
            .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
            .Where(reference => reference.StartsWith("Workflow.", StringComparison.Ordinal));
        Assert.Empty(used.Except(Allowed[name]));
    }

    [Fact]
    public void Middle_packages_never_see_one_another() =>
        Assert.All(Middle, name => Assert.Empty(Middle.Where(other => other != name).Intersect(Allowed[name])));

    [Theory]
    [MemberData(nameof(Products))]
    public void Internals_are_visible_to_tests_and_benchmarks_only(string name)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, AssemblyFile(name)));
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        var friends = metadata.GetAssemblyDefinition().GetCustomAttributes()
            .Select(metadata.GetCustomAttribute)
            .Where(attribute => AttributeName(metadata, attribute) == "InternalsVisibleToAttribute")
            .Select(attribute => metadata.GetBlobReader(attribute.Value))
            .Select(blob =>
            {
                blob.ReadUInt16();
                return blob.ReadSerializedString();
            });
        Assert.Empty(friends.Except([name + ".Tests", "Workflow.Benchmarks"]));
    }

    private static string AssemblyFile(string product) => (product == "Workflow.Cli" ? "workflow" : product) + ".dll";

    private static string? AttributeName(MetadataReader metadata, CustomAttribute attribute) =>
        attribute.Constructor.Kind == HandleKind.MemberReference
        && metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent is { Kind: HandleKind.TypeReference } parent
            ? metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)parent).Name)
            : null;
}
