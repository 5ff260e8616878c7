using Workflow.Repository;

namespace Workflow.Packages.Tests;

/// <summary>A project that references only the packed packages restores, builds and works.</summary>
public sealed class ConsumerTests
{
    [Fact]
    public async Task A_consumer_of_the_packed_packages_works()
    {
        var packages = PackedPackage.All();
        var folder = Directory.CreateTempSubdirectory("workflow-consumer-").FullName;
        try
        {
            // Our packages come from the packed folder into an empty cache; what others published may come from the machine's cache.
            var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
            await File.WriteAllTextAsync(
                Path.Combine(folder, "nuget.config"),
                $"<configuration><packageSources><add key=\"packed\" value=\"{PackedPackage.Folder}\" /></packageSources></configuration>",
                TestContext.Current.CancellationToken);
            var references = packages.Where(p => !p.Id.StartsWith("Workflow.Cli", StringComparison.Ordinal) && p.Id != "Workflow.Testing")
                .Select(p => $"<PackageReference Include=\"{p.Id}\" Version=\"{p.Version}\" />");
            await File.WriteAllTextAsync(
                Path.Combine(folder, "Consumer.csproj"),
                $"""
                <Project Sdk="Microsoft.NET.Sdk.Web">
                  <PropertyGroup>
                    <TargetFramework>net10.0</TargetFramework>
                    <OutputType>Exe</OutputType>
                    <ImplicitUsings>enable</ImplicitUsings>
                    <Nullable>enable</Nullable>
                    <UseCurrentRuntimeIdentifier>true</UseCurrentRuntimeIdentifier>
                    <SelfContained>false</SelfContained>
                    <RestorePackagesPath>{Path.Combine(folder, "packages")}</RestorePackagesPath>
                    <RestoreFallbackFolders>{cache}</RestoreFallbackFolders>
                  </PropertyGroup>
                  <ItemGroup>{string.Concat(references)}</ItemGroup>
                </Project>
                """,
                TestContext.Current.CancellationToken);
            File.Copy(Path.Combine(SharedFolder.RepositoryRoot, "tests", "Workflow.Packages.Tests", "Consumer.txt"), Path.Combine(folder, "Program.cs"));

            await CommandLine.RunAsync(folder, "dotnet", "build", "-c", "Release", "-o", "out", "--disable-build-servers");
            var printed = await CommandLine.RunAsync(folder, Path.Combine(folder, "out", "Consumer"));

            Assert.EndsWith("the packed packages work", printed.TrimEnd(), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_packed_tool_installs_and_runs()
    {
        var version = PackedPackage.All().Single(p => p.Id == "Workflow.Cli").Version;
        var folder = Directory.CreateTempSubdirectory("workflow-tool-").FullName;
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(folder, "nuget.config"),
                $"<configuration><packageSources><clear /><add key=\"packed\" value=\"{PackedPackage.Folder}\" /></packageSources></configuration>",
                TestContext.Current.CancellationToken);
            await CommandLine.RunAsync(folder, "dotnet", "tool", "install", "Workflow.Cli", "--version", version, "--tool-path", Path.Combine(folder, "tools"), "--configfile", Path.Combine(folder, "nuget.config"));

            var tool = Path.Combine(folder, "tools", "workflow");
            Assert.StartsWith(version, await CommandLine.RunAsync(folder, tool, "--version"), StringComparison.Ordinal);
            await CommandLine.RunAsync(folder, tool, "data", "init", "--no-scm");
            Assert.True(Directory.Exists(Path.Combine(folder, ".dvc")));
            Assert.Equal("[]", (await CommandLine.RunAsync(folder, tool, "models", "list", "--json", "--root", Path.Combine(folder, "state"))).Trim());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
