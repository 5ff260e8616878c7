using System.Buffers;
using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Workflow.Data.Registry;
using Workflow.Data.Storage;

namespace Workflow.Inference.Predictions;

/// <summary>The files of the prediction log: one Arrow IPC file for each part and day, whole or not there.</summary>
internal static class PredictionFiles
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    public static string ModelFolder(string folder, string model) => Path.Combine(folder, "model=" + RequireName(model, "A model's name"));

    public static string RequireName(string name, string what) => name.Length is > 0 and <= 200 && !name.AsSpan().ContainsAnyExcept(NameCharacters)
        ? name
        : throw new ArgumentException($"{what} consists of 1 to 200 letters, digits, '.', '_' and '-', got '{name}'.", nameof(name));

    /// <summary>Writes rows, split by the day of their event time.</summary>
    /// <param name="modelFolder">From <see cref="ModelFolder"/>.</param>
    /// <param name="part">The part's name; a file of that name is replaced.</param>
    /// <param name="batches">Rows of the log. Borrowed.</param>
    /// <param name="cancellationToken">The files are whole or not there when it is cancelled.</param>
    public static async Task WriteAsync(string modelFolder, string part, IReadOnlyList<RecordBatch> batches, CancellationToken cancellationToken)
    {
        var days = new SortedDictionary<DateOnly, List<RecordBatch>>();
        try
        {
            foreach (var batch in batches)
            {
                Split(batch, days);
            }

            foreach (var (day, rows) in days)
            {
                var path = Path.Combine(modelFolder, string.Create(CultureInfo.InvariantCulture, $"date={day:yyyy-MM-dd}"), $"part-{part}.arrow");
                await AtomicFile.WriteAsync(path, (stream, token) => WriteFileAsync(stream, rows, token), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            foreach (var slice in days.Values.SelectMany(d => d))
            {
                slice.Dispose();
            }
        }
    }

    private static async Task WriteFileAsync(Stream stream, List<RecordBatch> rows, CancellationToken cancellationToken)
    {
        using var writer = new ArrowFileWriter(stream, rows[0].Schema, leaveOpen: true);
        for (var first = 0; first < rows.Count;)
        {
            // Many small batches of requests become one.
            var next = first;
            for (var count = 0; next < rows.Count && (next == first || count + rows[next].Length <= Data.Tables.TableSource.DefaultBatchRows); next++)
            {
                count += rows[next].Length;
            }

            using var merged = Merge(rows.GetRange(first, next - first));
            await writer.WriteRecordBatchAsync(merged, cancellationToken).ConfigureAwait(false);
            first = next;
        }

        await writer.WriteEndAsync(cancellationToken).ConfigureAwait(false);
    }

    private static RecordBatch Merge(List<RecordBatch> batches)
    {
        var columns = Enumerable.Range(0, batches[0].ColumnCount).Select(c => ArrowArrayConcatenator.Concatenate([.. batches.Select(b => b.Column(c))]));
        return new RecordBatch(batches[0].Schema, columns, batches.Sum(b => b.Length));
    }

    private static void Split(RecordBatch batch, SortedDictionary<DateOnly, List<RecordBatch>> days)
    {
        var times = ((TimestampArray)batch.Column(batch.Schema.GetFieldIndex(PredictionLogSchema.EventTime))).Values;
        const long MicrosecondsOfDay = 86_400_000_000;
        for (var start = 0; start < times.Length;)
        {
            var day = Math.DivRem(times[start], MicrosecondsOfDay).Quotient - (times[start] < 0 && times[start] % MicrosecondsOfDay != 0 ? 1 : 0);
            var end = start + 1;
            while (end < times.Length && times[end] >= day * MicrosecondsOfDay && times[end] < (day + 1) * MicrosecondsOfDay)
            {
                end++;
            }

            var date = DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(day));
            if (!days.TryGetValue(date, out var rows))
            {
                days[date] = rows = [];
            }

            rows.Add(batch.SliceShared(start, end - start));
            start = end;
        }
    }
}
