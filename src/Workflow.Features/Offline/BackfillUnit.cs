using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Definitions;
using Workflow.Data.Storage;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Joins.Spilling;
using Workflow.Features.Views;

namespace Workflow.Features.Offline;

/// <summary>One partition of a group of views: what it is computed from names its file, so a file that is there is finished.</summary>
internal sealed class BackfillUnit(SpilledGroup group, FeatureService service, LabelTable rows, TableSource events)
{
    /// <summary>The end of the name of a column that says whether the newest row counts: 0, 1 or 2, as <see cref="FeatureStatus"/>.</summary>
    public const string StatusSuffix = ".status";

    private const string Folder = "parts/";
    private const string Suffix = ".parquet";
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    public required int Group { get; init; }

    public required int Partition { get; init; }

    public required int Partitions { get; init; }

    /// <summary>Says whether a text is the path of a file of features below a backfill's folder.</summary>
    public static bool IsFileName(string text) => text.Length == Folder.Length + 64 + Suffix.Length && text.StartsWith(Folder, StringComparison.Ordinal)
        && text.EndsWith(Suffix, StringComparison.Ordinal) && !text.AsSpan(Folder.Length, 64).ContainsAnyExcept(LowerHex);

    /// <summary>Adds a finished partition to its group.</summary>
    public static async Task OpenAsync(string path, SpilledGroup group, CancellationToken cancellationToken)
    {
        var table = await ParquetTable.OpenAsync(path, null, cancellationToken).ConfigureAwait(false);
        var statuses = new Dictionary<string, RowStatuses>(StringComparer.Ordinal);
        var fields = new List<Field>();
        foreach (var view in group.Views)
        {
            foreach (var name in view.Names)
            {
                var column = view.ColumnOf(name);
                fields.Add(FeatureFields.Stored(view, table.Schema.GetFieldByName(column)));
                if (view.Latest.Any(f => f.Name == name))
                {
                    statuses.Add(column, await StatusesAsync(table, column + StatusSuffix, cancellationToken).ConfigureAwait(false));
                }
            }
        }

        group.Statuses.Add(statuses);
        group.Parts.Add(new StoredPart(table, new Schema(fields, null)));
    }

    /// <summary>Computes the partition, unless its file is there.</summary>
    /// <param name="folder">The folder of the backfill.</param>
    /// <param name="known">What the manifest says; null without one.</param>
    /// <param name="cancellationToken">Observed between batches and keys.</param>
    public async Task<(BackfillPart Part, bool IsComputed)> RunAsync(string folder, BackfillManifest? known, CancellationToken cancellationToken)
    {
        var part = await IdentifyAsync(cancellationToken).ConfigureAwait(false);
        var path = Path.Combine(folder, part.File);
        if (File.Exists(path))
        {
            // A file of this name was renamed when it was whole; one whose bytes have changed since is made again.
            var output = await DigestAsync(path, cancellationToken).ConfigureAwait(false);
            if (known?.Parts.FirstOrDefault(p => p.File == part.File) is not { } recorded || recorded.Output == output)
            {
                return (part with { Output = output }, false);
            }
        }

        using var set = await new PointInTimeJoin().RunAsync(service, rows, new Dictionary<string, TableSource>(StringComparer.Ordinal) { [group.View.Source] = events }, cancellationToken).ConfigureAwait(false);
        string[] newest = [.. set.FeatureNames.Where(set.AllStatuses.ContainsKey)];
        var schema = new Schema([.. set.Table.Schema.FieldsList, .. newest.Select(static n => new Field(n + StatusSuffix, Int8Type.Default, false))], set.Table.Schema.Metadata);
        await ParquetTable.WriteStreamAsync(path, schema, WithStatusesAsync(set, newest, schema, cancellationToken), null, cancellationToken).ConfigureAwait(false);
        return (part with { Output = await DigestAsync(path, cancellationToken).ConfigureAwait(false) }, true);
    }

    private static async IAsyncEnumerable<RecordBatch> WithStatusesAsync(TrainingSet set, string[] newest, Schema schema, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var at = 0;
        await foreach (var batch in set.Table.ReadAsync(null, cancellationToken).ConfigureAwait(false))
        {
            var length = batch.Length;
            var statuses = newest.Select(name =>
            {
                var bytes = new byte[length];
                for (var row = 0; row < length; row++)
                {
                    bytes[row] = set.AllStatuses[name][at + row];
                }

                return new Int8Array(new ArrowBuffer(bytes), ArrowBuffer.Empty, length, 0, 0);
            });
            yield return new RecordBatch(schema, [.. batch.Arrays, .. statuses], length);
            at += length;
        }
    }

    private static async Task<ContentDigest> DigestAsync(string path, CancellationToken cancellationToken)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using (stream.ConfigureAwait(false))
        {
            return await ContentDigest.OfAsync(stream, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<RowStatuses> StatusesAsync(ParquetTable table, string column, CancellationToken cancellationToken)
    {
        var (statuses, at) = (new byte[checked((int)table.RowCount!.Value)], 0);
        await foreach (var batch in table.ReadAsync([column], cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                MemoryMarshal.AsBytes(((Int8Array)batch.Column(0)).Values).CopyTo(statuses.AsSpan(at));
                at += batch.Length;
            }
        }

        return new RowStatuses(statuses);
    }

    private async Task<BackfillPart> IdentifyAsync(CancellationToken cancellationToken)
    {
        var definition = CanonicalJson.Digest(new JsonArray(
        [
            .. group.Views.Select(static v => new JsonObject { ["digest"] = v.View.Digest.ToString(), ["features"] = new JsonArray([.. v.Names.Select(static n => JsonValue.Create(n))]), ["view"] = v.View.Name }),
        ]));
        var spine = await TableDigest.ComputeAsync(rows.Rows, cancellationToken: cancellationToken).ConfigureAwait(false);
        var shard = await TableDigest.ComputeAsync(events, cancellationToken: cancellationToken).ConfigureAwait(false);
        var identity = CanonicalJson.Digest(new JsonObject
        {
            ["definition"] = definition.ToString(),
            ["events"] = shard.ToString(),
            ["format"] = "workflow-backfill-part-1",
            ["partition"] = Partition,
            ["partitions"] = Partitions,
            ["spine"] = spine.ToString(),
            ["time"] = rows.TimeColumn,
        });
        return new BackfillPart
        {
            Group = Group,
            Partition = Partition,
            Definition = definition,
            Spine = spine,
            Events = shard,
            File = Folder + identity.Hex + Suffix,
            Output = default,
            Rows = rows.Rows.RowCount ?? 0,
        };
    }
}
