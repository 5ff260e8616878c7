using System.Xml.Linq;
using Workflow.Repository;

namespace Workflow.Architecture.Tests;

/// <summary>Rules of the repository that no compiler checks.</summary>
public sealed class RepositoryTests
{
    [Fact]
    public void The_solution_holds_every_project()
    {
        var solution = File.ReadAllText(Path.Combine(SharedFolder.RepositoryRoot, "Workflow.sln"));
        var missing = new[] { "src", "tests", "samples", "benchmarks" }
            .SelectMany(root => Directory.EnumerateFiles(Path.Combine(SharedFolder.RepositoryRoot, root), "*.csproj", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(SharedFolder.RepositoryRoot, path).Replace('/', '\\'))
            .Where(path => !solution.Contains(path, StringComparison.Ordinal));
        Assert.Empty(missing);
    }

    [Fact]
    public void The_package_configuration_names_no_source()
    {
        var configuration = XDocument.Load(Path.Combine(SharedFolder.RepositoryRoot, "nuget.config"));
        Assert.Empty(configuration.Descendants("packageSources"));
        Assert.Empty(configuration.Descendants("clear"));
    }

    [Fact]
    public void Every_product_has_a_readme_a_changelog_and_a_test_project()
    {
        Assert.All(Product.All, product =>
        {
            Assert.True(File.Exists(Path.Combine(product.Folder, "README.md")), product.Name);
            Assert.True(File.Exists(Path.Combine(product.Folder, "CHANGELOG.md")), product.Name);

            // The conformance suites are tested by everything that derives from them.
            Assert.True(product.Name == "Workflow.Testing" || Directory.Exists(Path.Combine(SharedFolder.RepositoryRoot, "tests", product.Name + ".Tests")), product.Name);
        });
    }

    [Fact]
    public void Only_programs_pin_transitive_packages() =>
        Assert.All(Product.All.Where(p => p.Name != "Workflow.Cli"), product =>
            Assert.DoesNotContain("CentralPackageTransitivePinningEnabled", File.ReadAllText(Path.Combine(product.Folder, product.Name + ".csproj")), StringComparison.Ordinal));
}
