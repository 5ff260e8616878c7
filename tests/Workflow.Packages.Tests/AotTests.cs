using Workflow.Repository;

namespace Workflow.Packages.Tests;

/// <summary>The claim of native AOT, proven by a program that is published with it and run.</summary>
public sealed class AotTests
{
    // Measured when written: 2.9 MB without symbols. A jump says that something drags reflection or a library in.
    private const long BudgetBytes = 8_000_000;

    [Fact]
    public async Task The_native_program_runs_within_its_size_budget()
    {
        var root = SharedFolder.RepositoryRoot;
        var output = Path.Combine(root, "artifacts", "publish", "aot-test");
        await CommandLine.RunAsync(root, "dotnet", "publish", "tests/Workflow.Aot.App", "-c", "Release", "-o", output, "--disable-build-servers");

        var program = Path.Combine(output, "Workflow.Aot.App");
        Assert.Contains("stored as sha256:", await CommandLine.RunAsync(root, program), StringComparison.Ordinal);
        Assert.InRange(new FileInfo(program).Length, 1, BudgetBytes);
    }
}
