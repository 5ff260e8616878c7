using System.Globalization;
using Spectre.Console;
using Workflow.Data.Registry;
using Workflow.Data.Storage;

namespace FlightDelays.Loop;

/// <summary>Prints what happened: a line a step, its figures, and at the end the digests.</summary>
internal sealed class StepPrinter(IAnsiConsole console)
{
    /// <summary>Prints a finished step.</summary>
    public void Finished(string name, StepRecord record, bool kept, TimeSpan elapsed)
    {
        var time = kept ? "kept" : string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:F1} s");
        Write($"{name,-20} {time,7}  {record.Line}");
        if (record.Figures.TryGetValue("refused", out var refused))
        {
            Write($"{"",-20} {"",7}  a corrupted copy is refused: {refused}");
        }

        if (record.Figures.TryGetValue("reasons", out var reasons) && reasons.Length > 0)
        {
            Write($"{"",-20} {"",7}  {reasons}");
        }
    }

    /// <summary>Prints totals over the replayed flights, the digests, and whether registry and store are intact.</summary>
    public async Task SummaryAsync(StepJournal journal, IServiceProvider state, TimeSpan elapsed)
    {
        var served = journal.Records.Where(r => r.Key.StartsWith("serve-", StringComparison.Ordinal) || r.Key == "canary").Select(r => r.Value.Figures).ToList();
        var rows = served.Sum(f => Number(f, "rows")).ToString("N0", CultureInfo.InvariantCulture);
        var compared = served.Sum(f => Number(f, "compared")).ToString("N0", CultureInfo.InvariantCulture);
        var largest = served.Max(f => double.Parse(f["largest"], CultureInfo.InvariantCulture)).ToString("E1", CultureInfo.InvariantCulture);
        Write("");
        Write($"replayed             {rows} flights; online features differ from offline in {served.Sum(f => Number(f, "online differs"))} values; HTTP differs in {served.Sum(f => Number(f, "http differs"))} of {served.Sum(f => Number(f, "http"))} answers");
        Write($"ONNX = LightGBM      {served.Sum(f => Number(f, "decisions"))} of {compared} decisions differ, largest score difference {largest}");

        var audit = await state.GetRequiredService<ModelRegistry>().VerifyAuditAsync();
        var objects = await ObjectStoreAudit.VerifyAsync(state.GetRequiredService<IObjectStore>());
        Write($"verified             registry {(audit.IsIntact ? "intact" : $"CHANGED: {audit.FirstFault!.What}")} ({audit.Entries} audit entries), store {(objects.IsIntact ? "intact" : "CORRUPT")} ({objects.Objects} objects)");
        foreach (var (name, record) in journal.Records.Where(r => !r.Key.StartsWith("serve-", StringComparison.Ordinal) && !r.Key.StartsWith("watch-", StringComparison.Ordinal)))
        {
            foreach (var (file, digest) in record.Files.Where(f => !f.Key.StartsWith("predictions", StringComparison.Ordinal)))
            {
                Write($"digest               {digest} {name}: {file}");
            }
        }

        Write(string.Create(CultureInfo.InvariantCulture, $"digest               {Digest(journal)} of all steps and files"));
        Write(string.Create(CultureInfo.InvariantCulture, $"done in {elapsed.TotalSeconds:F1} s"));
    }

    private static long Number(SortedDictionary<string, string> figures, string name) => long.Parse(figures[name], CultureInfo.InvariantCulture);

    private static ContentDigest Digest(StepJournal journal) => ContentDigest.Of(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', journal.Records
        .SelectMany(r => r.Value.Files.Select(f => $"{r.Key} {f.Key} {f.Value}").Append($"{r.Key} {r.Value.Line}")))));

    // Long lines stay whole where output is redirected, and markup in data stays text.
    private void Write(string line)
    {
        console.Profile.Width = Math.Max(console.Profile.Width, 2_000);
        console.WriteLine(line);
    }
}
