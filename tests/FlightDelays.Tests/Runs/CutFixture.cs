using FlightDelays.Loop;
using Spectre.Console;

namespace FlightDelays.Tests.Runs;

/// <summary>Twenty thousand of the committed flights, and one uninterrupted run over them that many tests compare with.</summary>
public sealed class CutFixture : IAsyncLifetime
{
    /// <summary>How many flights are taken.</summary>
    internal const int Rows = 20_000;

    private readonly TemporaryFolder _folder = new();
    private readonly SemaphoreSlim _one = new(1);
    private ProgramResult? _run;
    private FlightTable? _flights;

    /// <summary>Gets the flights. Not to be changed: <see cref="TakeAsync"/> gives a copy.</summary>
    internal FlightTable Flights => _flights!;

    /// <summary>Gets the Parquet file of the flights.</summary>
    internal string Data => _folder["flights.parquet"];

    /// <summary>Gets the work folder of the uninterrupted run.</summary>
    internal string Work => Path.Combine(_folder["honest"], "work");

    /// <summary>Gives the uninterrupted run with the default seed.</summary>
    internal async Task<ProgramResult> HonestRunAsync()
    {
        await _one.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            _run ??= await FlightProgram.RunAsync("--data", Data, "--output", _folder["honest"]);
            Assert.True(_run.ExitCode == 0, _run.ToString());
            return _run;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Gives a copy that a test may change.</summary>
    internal Task<FlightTable> TakeAsync() => FlightTable.TakeAsync(Data, Rows, TestContext.Current.CancellationToken);

    /// <summary>Runs the loop in this process.</summary>
    /// <returns>The records of the steps, and what was printed.</returns>
    internal static async Task<(IReadOnlyDictionary<string, StepRecord> Records, string Output)> RunInProcessAsync(FlightOptions options, Action<FlightLoop>? configure = null)
    {
        await using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(text) });
        var records = await FlightRun.RunAsync(options, console, configure ?? (_ => { }), TestContext.Current.CancellationToken);
        return (records, text.ToString());
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        _flights = await FlightTable.TakeAsync(FlightTable.Committed, Rows);
        await _flights.WriteAsync(Data);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        _one.Dispose();
        return ValueTask.CompletedTask;
    }
}
