using System.Collections.Concurrent;
using System.Globalization;

[assembly: AssemblyFixture(typeof(Workflow.Data.Tests.Killing.KillPoints))]

namespace Workflow.Data.Tests.Killing;

/// <summary>How many kill points the tests went through, by operation; told at the end of the run.</summary>
public sealed class KillPoints : IDisposable
{
    private const int Least = 200;
    private static readonly string[] All = ["add", "alias move", "gc", "push"];
    private static readonly ConcurrentDictionary<string, int> Passed = new(StringComparer.Ordinal);

    /// <summary>Counts points at which work was killed, checked and finished.</summary>
    public static void Count(string operation, int points) => Passed.AddOrUpdate(operation, points, (_, before) => before + points);

    public void Dispose()
    {
        if (Passed.IsEmpty)
        {
            return;
        }

        var total = Passed.Values.Sum();
        var text = string.Create(CultureInfo.InvariantCulture, $"kill points: {total} ({string.Join(", ", Passed.OrderBy(static p => p.Key, StringComparer.Ordinal).Select(static p => string.Create(CultureInfo.InvariantCulture, $"{p.Key} {p.Value}")))})");
        Console.WriteLine(text);

        // A filtered run has fewer.
        if (All.All(Passed.ContainsKey) && total < Least)
        {
            throw new InvalidOperationException($"{text}; expected at least {Least}.");
        }
    }
}
