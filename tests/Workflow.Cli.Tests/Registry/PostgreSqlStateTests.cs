using System.Text.Json;
using Apache.Arrow;
using Workflow.Data.PostgreSql.Tests;
using Workflow.Data.Registry;
using Workflow.Data.Storage;

namespace Workflow.Cli.Tests.Registry;

/// <summary>The tool finds the registry of a host that keeps it in PostgreSQL.</summary>
public sealed class PostgreSqlStateTests(PostgreSqlServer server)
{
    [Fact]
    public async Task A_configuration_with_a_section_for_it_leads_to_the_server()
    {
        server.Require();
        using var folder = new ToolFolder();
        Directory.CreateDirectory(folder["sub"]);
        var settings = new { Workflow = new { Data = new { PostgreSql = new { server.ConnectionString, Schema = "tool" } } } };
        await File.WriteAllTextAsync(folder["workflow.json"], JsonSerializer.Serialize(settings));
        using (var database = server.Open("tool"))
        {
            var registry = new ModelRegistry(database);
            await registry.RegisterAsync(new ModelVersionDraft
            {
                Name = "delay",
                Artifact = ContentDigest.Of([1]),
                Format = "onnx",
                Signature = new ModelSignature { Inputs = new Schema([], metadata: null), Outputs = new Schema([], metadata: null) },
                CreatedBy = "trainer",
            });
            await registry.SetAliasAsync(new AliasChange { Model = "delay", Alias = "champion", Version = 1, Actor = "gate", Reason = "first" });
        }

        var listed = await folder.RunAsync(["models", "list"], TestContext.Current.CancellationToken, current: folder["sub"]);
        Assert.Equal((ExitCode.Done, "delay: 1 version(s), champion is 1"), (listed.ExitCode, listed.Output.Trim()));
        Assert.Equal(ExitCode.Done, (await folder.RunAsync("models", "audit", "verify")).ExitCode);
        Assert.Equal("", (await folder.RunAsync("models", "list", "--root", folder["elsewhere"])).Output.Trim());
        Assert.False(Directory.Exists(folder["workflow"]));
    }

    [Theory]
    [InlineData("Host=/nowhere;Username=u;Password=hidden;Timeout=1")]
    [InlineData("Password=hidden;Nonsense=1")]
    [InlineData("Password=hidden")]
    public async Task A_server_that_cannot_be_reached_is_an_error_without_the_password(string connection)
    {
        using var folder = new ToolFolder();
        await File.WriteAllTextAsync(folder["workflow.json"], JsonSerializer.Serialize(new { Workflow = new { Data = new { PostgreSql = new { ConnectionString = connection } } } }));
        var listed = await folder.RunAsync("models", "list");
        Assert.NotEqual(ExitCode.Done, listed.ExitCode);
        Assert.NotEmpty(listed.Error);
        Assert.DoesNotContain("hidden", listed.Output + listed.Error, StringComparison.Ordinal);
    }
}
