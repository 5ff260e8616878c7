using System.Text.Json;

namespace Workflow.Cli.Tests;

/// <summary>What one invocation left behind.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Error)
{
    /// <summary>Reads standard output, which must be one JSON document and nothing else.</summary>
    public JsonElement Json()
    {
        var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(Output));
        Assert.True(JsonDocument.TryParseValue(ref reader, out var document), Output + Error);
        Assert.Equal("", Output[(int)reader.BytesConsumed..].Trim());
        return document!.RootElement;
    }

    /// <summary>Requires success.</summary>
    public ToolResult Done()
    {
        Assert.True(ExitCode == 0, $"exit {ExitCode}: {Error}");
        return this;
    }

    /// <summary>Requires one clear error: the exit status, nothing on standard output, one "error:" that says all of this.</summary>
    public void Refused(int exitCode, params string[] says)
    {
        Assert.Equal((exitCode, ""), (ExitCode, Output));
        Assert.StartsWith("error: ", Error, StringComparison.Ordinal);
        Assert.Equal(2, Error.Split("error: ").Length);
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        Assert.All(says, text => Assert.Contains(text, Error, StringComparison.Ordinal));
    }
}
