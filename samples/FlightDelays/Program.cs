using System.Globalization;
using FlightDelays;
using Spectre.Console;
using Workflow.Data.Storage;
using Workflow.Data.Tables;

FlightOptions options;
try
{
    options = FlightOptions.Parse(args);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

try
{
    await FlightRun.RunAsync(options, AnsiConsole.Console, loop => { }, CancellationToken.None);
    return 0;
}
catch (Exception e) when (e is IOException or InvalidDataException or SchemaMismatchException or CorruptTableException or CorruptArtifactException)
{
    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"error: {e.Message}"));
    return 2;
}
