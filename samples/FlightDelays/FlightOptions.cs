using System.Globalization;
using System.Reflection;

namespace FlightDelays;

/// <summary>What the command line asks for.</summary>
internal sealed record FlightOptions
{
    /// <summary>Gets the Parquet file of flights: date, delay, distance, origin, destination.</summary>
    public required string Data { get; init; }

    /// <summary>Gets the folder for the report and, below it, the state.</summary>
    public required string Output { get; init; }

    /// <summary>Gets whether to forget earlier runs.</summary>
    public bool Fresh { get; init; }

    /// <summary>Gets the seed of every random choice.</summary>
    public int Seed { get; init; } = 42;

    /// <summary>Gets the folder in which the steps keep their results.</summary>
    public string Work => Path.Combine(Output, "work");

    /// <summary>The usage text.</summary>
    public const string Usage = "usage: FlightDelays [--data FILE] [--output FOLDER] [--seed N] [--fresh]";

    /// <summary>Reads the command line.</summary>
    /// <exception cref="ArgumentException">A word is unknown or a value is missing; every fault is listed.</exception>
    public static FlightOptions Parse(IReadOnlyList<string> arguments)
    {
        var repository = typeof(FlightOptions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "WorkflowRepositoryDirectory").Value!;
        var options = new FlightOptions
        {
            Data = Path.Combine(repository, "samples", "FlightDelays", "data", "flights-busiest.parquet"),
            Output = Path.Combine(repository, "artifacts", "flight-delays"),
        };
        var faults = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var word = arguments[i];
            var value = word == "--fresh" ? "" : i + 1 < arguments.Count ? arguments[++i] : null;
            var seed = 0;
            var valid = word switch
            {
                "--fresh" => true,
                "--data" or "--output" => value is not null,
                "--seed" => int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out seed),
                _ => false,
            };
            if (!valid)
            {
                faults.Add(word is "--data" or "--output" or "--seed" ? $"'{word}' needs a value, got '{value ?? "nothing"}'." : $"'{word}' is unknown.");
                continue;
            }

            options = word switch
            {
                "--fresh" => options with { Fresh = true },
                "--data" => options with { Data = Path.GetFullPath(value!) },
                "--output" => options with { Output = Path.GetFullPath(value!) },
                _ => options with { Seed = seed },
            };
        }

        return faults.Count == 0 ? options : throw new ArgumentException($"{string.Join(Environment.NewLine, faults)}{Environment.NewLine}{Usage}");
    }
}
