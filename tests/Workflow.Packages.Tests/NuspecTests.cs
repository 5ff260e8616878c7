using Workflow.Repository;

namespace Workflow.Packages.Tests;

/// <summary>What each package promises its users: its dependencies are the ones of DESIGN §2 and no more.</summary>
public sealed class NuspecTests
{
    // Besides Microsoft.Extensions.*, which every package may use.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Workflow.Numerics"] = [],
        ["Workflow.Data"] = ["Workflow.Numerics", "Apache.Arrow", "Parquet.Net", "Microsoft.Data.Sqlite", "YamlDotNet", "System.IO.Hashing", "ZstdSharp.Port"],
        ["Workflow.Data.PostgreSql"] = ["Workflow.Data", "Npgsql"],
        ["Workflow.Data.S3"] = ["Workflow.Data", "AWSSDK.S3"],
        ["Workflow.Data.AzureBlobs"] = ["Workflow.Data", "Azure.Storage.Blobs"],
        ["Workflow.Onnx"] = [],
        ["Workflow.Features"] = ["Workflow.Data", "Workflow.Numerics"],
        ["Workflow.Features.Redis"] = ["Workflow.Features", "StackExchange.Redis"],
        ["Workflow.Training"] = ["Workflow.Data", "Workflow.Numerics", "Workflow.Onnx", "MathNet.Numerics"],
        ["Workflow.Training.LightGbm"] = ["Workflow.Training", "Workflow.Onnx", "LightGBM"],
        ["Workflow.Inference"] = ["Workflow.Data", "Workflow.Numerics", "Workflow.Onnx", "Microsoft.ML.OnnxRuntime"],
        ["Workflow.Inference.AspNetCore"] = ["Workflow.Inference"],
        ["Workflow.Monitoring"] = ["Workflow.Data", "Workflow.Numerics", "MathNet.Numerics"],
        ["Workflow.Testing"] = ["Workflow.Data", "Workflow.Features", "Workflow.Training", "Workflow.Inference", "Workflow.Monitoring", "xunit.v3.extensibility.core", "xunit.v3.assert", "CsCheck"],
    };

    [Fact]
    public void Every_library_is_packed()
    {
        var packed = PackedPackage.All().Select(p => p.Id).ToHashSet();
        var libraries = Directory.EnumerateFiles(Path.Combine(SharedFolder.RepositoryRoot, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetFileNameWithoutExtension(path)!)
            .Where(name => name != "Workflow.Cli");
        Assert.Empty(libraries.Except(packed));
        Assert.Contains("Workflow.Cli", packed);
    }

    [Fact]
    public void Dependencies_are_the_ones_of_the_design() =>
        Assert.All(PackedPackage.All().Where(p => !p.Id.StartsWith("Workflow.Cli", StringComparison.Ordinal)), package =>
        {
            Assert.True(Allowed.ContainsKey(package.Id), $"{package.Id} is not in DESIGN §2.");
            var others = package.Dependencies.Where(id => !id.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)).Except(Allowed[package.Id]);
            Assert.True(!others.Any(), $"{package.Id} also depends on {string.Join(", ", others)}.");
        });

    [Fact]
    public void Extensions_stay_on_the_10_line() =>
        Assert.All(PackedPackage.All(), package => Assert.All(
            package.Metadata.Descendants().Where(e => e.Name.LocalName == "dependency" && ((string)e.Attribute("id")!).StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)),
            dependency => Assert.StartsWith("10.0.", (string)dependency.Attribute("version")!, StringComparison.Ordinal)));

    [Fact]
    public void Every_package_carries_its_own_documents() =>
        Assert.All(PackedPackage.All().Where(p => !p.Id.StartsWith("Workflow.Cli.", StringComparison.Ordinal)), package =>
        {
            Assert.Contains("README.md", package.Files);
            Assert.Contains("CHANGELOG.md", package.Files);
            Assert.Contains("icon.png", package.Files);
            Assert.Equal("MIT", package.Text("license"));
            Assert.NotEmpty(package.Text("description"));
            if (package.Id != "Workflow.Cli")
            {
                Assert.Contains($"lib/net10.0/{package.Id}.dll", package.Files);
                Assert.Contains($"lib/net10.0/{package.Id}.xml", package.Files);
            }
        });
}
