namespace FlightDelays.Tests.Runs;

/// <summary>Tests that run the loop: one after another, since each uses all processors.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class LongRuns : ICollectionFixture<CutFixture>
{
    public const string Name = "long runs";
}
