namespace Workflow.Cli.Tests;

public sealed class StateRootTests : IDisposable
{
    private readonly ToolFolder _folder = new();
    private readonly string _current;

    public StateRootTests() => _current = Directory.CreateDirectory(_folder["a", "b"]).FullName;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_option_comes_before_the_environment_before_the_nearest_file_before_the_default()
    {
        Assert.Equal(_folder["a", "b", "workflow"], StateRoot.Find(null, null, _current));

        File.WriteAllText(_folder["workflow.json"], """{ "Workflow": { "Data": { "Root": "far" } } }""");
        Assert.Equal(_folder["far"], StateRoot.Find(null, null, _current));

        File.WriteAllText(_folder["a", "workflow.json"], """{ "Workflow": { "Data": { "Root": "near" } } }""");
        Assert.Equal(_folder["a", "near"], StateRoot.Find(null, null, _current));

        Assert.Equal(_folder["a", "b", "env"], StateRoot.Find(null, "env", _current));
        Assert.Equal("/env", StateRoot.Find("", "/env", _current));
        Assert.Equal(_folder["a", "option"], StateRoot.Find("../option", "/env", _current));
    }

    [Fact]
    public void A_file_that_does_not_name_a_root_marks_the_folder()
    {
        File.WriteAllText(_folder["a", "workflow.json"], "{}");
        Assert.Equal(_folder["a", "workflow"], StateRoot.Find(null, null, _current));
    }

    [Theory]
    [InlineData("{ no json")]
    [InlineData("""{ "Workflow": { "Data": { "Root": " " } } }""")]
    public async Task A_file_that_cannot_be_meant_is_named(string content)
    {
        File.WriteAllText(_folder["workflow.json"], content);
        (await _folder.RunAsync("models", "list", "--json")).Refused(2, _folder["workflow.json"]);
    }

    [Fact]
    public async Task The_environment_is_looked_at()
    {
        _folder.EnvironmentRoot = "elsewhere";
        (await _folder.RunAsync("models", "audit", "verify")).Refused(2, _folder["elsewhere"]);
    }
}
