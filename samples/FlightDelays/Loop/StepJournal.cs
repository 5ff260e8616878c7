using System.Text;
using System.Text.Json;
using Workflow.Data.Storage;

namespace FlightDelays.Loop;

/// <summary>Runs the steps of the loop and remembers the finished ones, so that a rerun goes on where the last run was.</summary>
/// <remarks>
/// A step is kept when its key (inputs, settings, seed and the sample's own assembly) is unchanged and its files still have their digests.
/// The record is written last and atomically: a step that was killed leaves no record and simply runs again.
/// </remarks>
internal sealed class StepJournal(string work, string build, Action<string, StepRecord, bool, TimeSpan> finished)
{
    /// <summary>Gets the records of this run's steps, by name.</summary>
    public Dictionary<string, StepRecord> Records { get; } = [];

    /// <summary>Gets the folder in which steps write.</summary>
    public string Work { get; } = work;

    /// <summary>Runs a step, or keeps what an earlier run made of it.</summary>
    /// <param name="name">The step's name: letters, digits and dashes.</param>
    /// <param name="inputs">Everything that the outcome depends on besides the code.</param>
    /// <param name="run">Does the work; must be repeatable after a crash at any moment.</param>
    public async Task<StepRecord> RunAsync(string name, IEnumerable<string> inputs, Func<Task<StepOutcome>> run)
    {
        var key = ContentDigest.Of(Encoding.UTF8.GetBytes(string.Join('\n', inputs.Prepend(build).Prepend(name)))).ToString();
        var path = Path.Combine(Work, "steps", name + ".json");
        var started = TimeProvider.System.GetTimestamp();
        var record = await ReadAsync(path);
        var kept = record?.Key == key && await FilesAreThereAsync(record);
        if (!kept)
        {
            var outcome = await run();
            var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var file in outcome.Files)
            {
                files.Add(file, (await DigestAsync(Path.Combine(Work, file))).ToString());
            }

            record = new StepRecord(key, outcome.Line, new SortedDictionary<string, string>(outcome.Figures.ToDictionary(), StringComparer.Ordinal), files);
            await AtomicFile.WriteAllBytesAsync(path, JsonSerializer.SerializeToUtf8Bytes(record, StepRecordJson.Default.StepRecord));
        }

        Records[name] = record!;
        finished(name, record!, kept, TimeProvider.System.GetElapsedTime(started));
        return record!;
    }

    private static async Task<StepRecord?> ReadAsync(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        await using var stream = File.OpenRead(path);
        return await JsonSerializer.DeserializeAsync(stream, StepRecordJson.Default.StepRecord);
    }

    private async Task<bool> FilesAreThereAsync(StepRecord record)
    {
        foreach (var (file, digest) in record.Files)
        {
            var path = Path.Combine(Work, file);
            if (!File.Exists(path) || (await DigestAsync(path)).ToString() != digest)
            {
                return false;
            }
        }

        return true;
    }

    private static async Task<ContentDigest> DigestAsync(string path)
    {
        await using var stream = File.OpenRead(path);
        return await ContentDigest.OfAsync(stream);
    }
}
