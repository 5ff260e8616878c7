using Workflow.Repository;

namespace FlightDelays.Tests;

public sealed class FlightOptionsTests
{
    [Fact]
    public void Without_words_the_committed_flights_and_the_artifacts_folder_are_used()
    {
        var options = FlightOptions.Parse([]);
        Assert.Equal(Path.Combine(SharedFolder.RepositoryRoot, "samples", "FlightDelays", "data", "flights-busiest.parquet"), options.Data);
        Assert.True(File.Exists(options.Data));
        Assert.Equal(Path.Combine(SharedFolder.RepositoryRoot, "artifacts", "flight-delays"), options.Output);
        Assert.Equal(Path.Combine(options.Output, "work"), options.Work);
        Assert.Equal(42, options.Seed);
        Assert.False(options.Fresh);
    }

    [Fact]
    public void Every_word_is_read_in_any_order()
    {
        var options = FlightOptions.Parse(["--seed", "-7", "--fresh", "--output", "/tmp/out", "--data", "/tmp/a.parquet"]);
        Assert.Equal("/tmp/a.parquet", options.Data);
        Assert.Equal("/tmp/out", options.Output);
        Assert.Equal("/tmp/out/work", options.Work);
        Assert.Equal(-7, options.Seed);
        Assert.True(options.Fresh);
    }

    [Fact]
    public void Paths_are_taken_from_where_the_program_was_called()
    {
        var options = FlightOptions.Parse(["--data", "flights.parquet", "--output", "out"]);
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "flights.parquet"), options.Data);
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "out"), options.Output);
    }

    [Fact]
    public void The_last_of_two_equal_words_counts() => Assert.Equal(2, FlightOptions.Parse(["--seed", "1", "--seed", "2"]).Seed);

    [Theory]
    [InlineData("'--nonsense' is unknown.", "--nonsense", "1")]
    [InlineData("'flights.parquet' is unknown.", "flights.parquet")]
    [InlineData("'--data' needs a value, got 'nothing'.", "--data")]
    [InlineData("'--output' needs a value, got 'nothing'.", "--fresh", "--output")]
    [InlineData("'--seed' needs a value, got 'many'.", "--seed", "many")]
    [InlineData("'--seed' needs a value, got '2147483648'.", "--seed", "2147483648")]
    public void A_fault_is_named_and_the_usage_follows(string fault, params string[] words)
    {
        var lines = Assert.Throws<ArgumentException>(() => FlightOptions.Parse(words)).Message.Split(Environment.NewLine);
        Assert.Equal([fault, FlightOptions.Usage], lines);
    }

    [Fact]
    public void Every_fault_is_listed()
    {
        var message = Assert.Throws<ArgumentException>(() => FlightOptions.Parse(["--sed", "1", "--seed", "x", "--data"])).Message;
        Assert.Equal(["'--sed' is unknown.", "'--seed' needs a value, got 'x'.", "'--data' needs a value, got 'nothing'.", FlightOptions.Usage], message.Split(Environment.NewLine));
    }
}
