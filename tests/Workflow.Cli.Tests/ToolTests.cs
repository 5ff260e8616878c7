using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Workflow.Cli.Tests;

public sealed class ToolTests : IDisposable
{
    private readonly ToolFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "data", "models", "score")]
    [InlineData("data", "init", "add", "status")]
    [InlineData("data init", "--no-scm", "--subdir", "--force", "--json")]
    [InlineData("data add", "--no-commit", "--glob", "--json")]
    [InlineData("data status", "--granular", "--unchanged", "--untracked-files", "--json")]
    [InlineData("models", "list", "show", "alias", "rollback", "audit")]
    [InlineData("models audit", "verify")]
    [InlineData("models alias", "--actor", "--reason", "--root", "--json")]
    [InlineData("score", "--out", "--json")]
    public async Task Help_names_what_a_command_takes(string command, params string[] names)
    {
        var result = (await _folder.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"])).Done();
        Assert.All(names, name => Assert.Contains(name, result.Output, StringComparison.Ordinal));
        Assert.Equal("", result.Error);
    }

    [Theory]
    [InlineData("", "'workflow --help'")]
    [InlineData("models", "'workflow models --help'")]
    [InlineData("nothing", "'nothing'")]
    [InlineData("models list --nothing", "'--nothing'")]
    [InlineData("models show", "'workflow models show --help'")]
    [InlineData("score model.onnx data.parquet", "--out")]
    [InlineData("data add", "'workflow data add --help'")]
    [InlineData("data status --untracked-files some", "some")]
    public async Task Bad_usage_ends_with_2_and_says_where_help_is(string command, string says)
    {
        var result = await _folder.RunAsync(command.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
        Assert.Contains("--help' to see what it takes", result.Error, StringComparison.Ordinal);
        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public async Task The_program_says_its_version_and_passes_exit_status_and_streams_on()
    {
        Assert.StartsWith("0.1.0", (await RunningProgram.RunAsync(RunningProgram.Tool, _folder.Path, "--version")).Done().Output, StringComparison.Ordinal);

        var list = (await RunningProgram.RunAsync(RunningProgram.Tool, _folder.Path, "models", "list", "--json", "--root", _folder["state"])).Done();
        Assert.Equal(("[]", ""), (list.Output.Trim(), list.Error));
        Assert.Empty(_folder.Entries);

        (await RunningProgram.RunAsync(RunningProgram.Tool, _folder.Path, "score", "m.onnx", "d.parquet", "--out", "o.parquet")).Refused(2, _folder["m.onnx"]);
    }

    [Fact]
    public void A_lack_of_the_machine_is_3_and_a_fault_of_ours_is_not_explained_away()
    {
        Assert.Equal(3, CommandError.Explain(new DllNotFoundException("libonnxruntime"))!.ExitCode);
        Assert.Equal(3, CommandError.Explain(new AggregateException(new IOException("a"), new PlatformNotSupportedException("b")))!.ExitCode);
        Assert.Null(CommandError.Explain(new KeyNotFoundException()));
        Assert.Null(CommandError.Explain(new AggregateException(new IOException("a"), new KeyNotFoundException())));
        Assert.Equal("bad name", CommandError.Explain(new ArgumentException("bad name", "draft"))!.Message);
    }

    [Fact]
    public async Task Without_git_on_the_machine_a_repository_with_git_is_a_lack_of_the_environment()
    {
        Directory.CreateDirectory(_folder[".git"]);
        var start = new ProcessStartInfo(RunningProgram.Tool, ["data", "init"]) { WorkingDirectory = _folder.Path, RedirectStandardError = true };
        start.Environment["PATH"] = _folder["nowhere"];
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 3, $"exit {process.ExitCode}: {error}");
        Assert.Contains("git", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder[".dvc"]));
    }
}
