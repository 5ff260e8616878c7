using System.Globalization;
using Apache.Arrow;
using FlightDelays.Flights;
using FlightDelays.Loop;
using Workflow.Data.Registry;
using Workflow.Data.Tables;
using Workflow.Inference.Predictions;
using Workflow.Training.LightGbm;

namespace FlightDelays.Steps;

/// <summary>Serves one week of live traffic: every minute in process, every hundredth flight over HTTP as well, everything logged.</summary>
internal sealed class ServeStep(string work, TableSource rows, ProgressLine progress)
{
    /// <summary>The folder of the prediction log.</summary>
    public const string Log = "predictions";

    public async Task<StepOutcome> RunAsync(DateTimeOffset week, LiveServer server, LightGbmModel native, CancellationToken cancellationToken)
    {
        var end = FlightCalendar.EndOfWeek(week);
        await using var window = new LiveWindow(rows);
        var scores = new List<double>();
        var http = new HttpCheck(server.Client, FlightFeatures.Service.FeatureNames);
        await window.ReplayAsync(
            week,
            end,
            async (departures, features) =>
            {
                using var scored = await server.Model.ScoreAsync(features, cancellationToken);
                var column = (DoubleArray)scored.Column(0);
                for (var i = 0; i < scored.Length; i++)
                {
                    scores.Add(column.Values[i]);
                }

                await http.CheckAsync(departures, features, i => column.Values[i], cancellationToken);
                progress.Report((((TimestampArray)departures.Column(FlightRows.Date)).Values[0] - FlightRows.Microseconds(week)) / (end - week).TotalMicroseconds);
            },
            cancellationToken);

        var parity = new Parity();
        var version = server.Model.Champion!;
        var part = week.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await WriteLogAsync(version.Signature!, version.Number, part, (week, end), [.. scores], native, parity, cancellationToken);
        return new StepOutcome(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{parity.Rows:N0} flights in {window.Minutes:N0} minutes; {http.Rows:N0} also over HTTP; ONNX against LightGBM: {parity.Decisions} decisions differ, largest difference {parity.Largest:E1}"),
            new Dictionary<string, string>
            {
                ["rows"] = Count(parity.Rows),
                ["compared"] = Count(parity.Rows),
                ["decisions"] = Count(parity.Decisions),
                ["largest"] = parity.Largest.ToString("R", CultureInfo.InvariantCulture),
                ["http"] = Count(http.Rows),
                ["http differs"] = Count(http.Differences),
                ["online differs"] = Count(window.Mismatches),
            },
            Files(work, part));
    }

    /// <summary>Gives the files of a part of the log, relative to the work folder, in order.</summary>
    public static string[] Files(string work, string part) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(work, Log), $"part-{part}*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(work, file))
            .Order(StringComparer.Ordinal),
    ];

    private async Task WriteLogAsync(
        ModelSignature signature, long version, string part, (DateTimeOffset From, DateTimeOffset To) period, double[] scores, LightGbmModel native, Parity parity, CancellationToken cancellationToken)
    {
        await using var log = new PredictionLogWriter(FlightModel.Name, signature, new PredictionLogOptions { Folder = Path.Combine(work, Log) });
        var batches = new List<RecordBatch>();
        try
        {
            var first = 0;
            await foreach (var batch in FlightRows.Between(rows, period.From, period.To).ReadAsync(cancellationToken: cancellationToken))
            {
                using (batch)
                {
                    var own = scores.AsMemory(first, batch.Length);
                    await parity.CompareAsync(native, batch, own, cancellationToken);
                    var answers = new Answer[batch.Length];
                    for (var i = 0; i < answers.Length; i++)
                    {
                        answers[i] = new Answer(version, "champion", own.Span[i]);
                    }

                    batches.Add(LogRows.ToBatch(signature, batch, answers));
                    first += batch.Length;
                }
            }

            await log.WritePartAsync(part, batches, cancellationToken);
        }
        finally
        {
            batches.ForEach(b => b.Dispose());
        }
    }

    private static string Count(long number) => number.ToString(CultureInfo.InvariantCulture);
}
