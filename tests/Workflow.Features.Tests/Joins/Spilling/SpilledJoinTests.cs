using System.Collections.Immutable;
using Apache.Arrow;
using Apache.Arrow.Types;
using CsCheck;
using Workflow.Data.Partitions;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Views;
using Workflow.Testing.Features;

namespace Workflow.Features.Tests.Joins.Spilling;

public sealed class SpilledJoinTests : IDisposable
{
    private static readonly FeatureView Newest = FeatureView.Define("newest", "log").Entity(new Entity("n", new EntityKey("number", EntityKeyType.Int64))).EventTime("date")
        .AvailableAt(Availability.FromColumn("known")).TimeToLive(TimeSpan.FromMicroseconds(9))
        .Latest("delay", "delay").Latest("from", "origin").Latest("far", "price", "distance > 5").AllHistory("last", Features.Aggregation.Aggregate.LastK("price", 3)).Build();

    private static readonly FeatureView World = FeatureView.Define("world", "log").Entity(Entity.WithoutKeys("world")).EventTime("date").AllHistory("n", Features.Aggregation.Aggregate.Count()).Build();

    private static readonly FeatureService Service = FeatureService.Define("spilled").View(Newest).View(TestServices.Origins).View(TestServices.Routes).View(World).OnDemand("twice", "distance * 2").Build();

    private readonly string _folder = Directory.CreateTempSubdirectory("spill-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public Task A_join_in_files_gives_the_bits_of_a_join_in_memory() =>
        Gen.Select(LogEvent.Log(60), LogEvent.Log(80), Gen.Int[1, 20]).SampleAsync(async (log, labels, batchRows) =>
        {
            using var events = LogEvent.Table(log, batchRows);
            using var rows = LogEvent.Table(labels, 21 - batchRows);
            using var memory = await new PointInTimeJoin().RunAsync(Service, new LabelTable(rows, "date"), Sources(events));
            using (var spilled = await new PointInTimeJoin(new LocalPartitionRunner(2), null, Options()).RunAsync(Service, new LabelTable(rows, "date"), Sources(new Uncounted(events))))
            {
                Assert.Equal(labels.Length, spilled.Table.RowCount);
                Assert.Equal(Describe(memory.Table.Schema), Describe(spilled.Table.Schema));
                Assert.Equal(await FeatureRows.ReadAsync(memory.Table, [.. Numbers(memory)]), await FeatureRows.ReadAsync(spilled.Table, [.. Numbers(memory)]), Same);
                foreach (var name in new[] { "newest.delay", "newest.from", "newest.far" })
                {
                    Assert.Equal(memory.Statuses(name), spilled.Statuses(name));
                }

                foreach (var name in new[] { "newest.from", "origin", "date", "delay" })
                {
                    Assert.Equal(await CellsAsync(memory.Table, name), await CellsAsync(spilled.Table, name));
                }
            }

            Assert.Empty(Directory.GetFileSystemEntries(_folder));
        }, iter: 15, threads: 1);

    [Fact]
    public async Task A_join_that_fits_into_the_limit_writes_nothing_and_one_that_does_not_goes_to_files()
    {
        var log = Enumerable.Range(0, 6_000).Select(static i => new LogEvent($"{i % 50}", "B", i, i) { Delay = i, Distance = 1, Price = i }).ToArray();
        using var events = LogEvent.Table(log, 500);
        using var rows = LogEvent.Table([.. log.Take(3_000)], 700);
        var options = Options();
        options.CreateFile = static _ => throw new InvalidOperationException("A file was made.");
        using var small = await new PointInTimeJoin(null, null, options).RunAsync(TestServices.Commutative, new LabelTable(rows, "date") { Keep = [] }, Sources(LogEvent.Table([.. log.Take(100)])));
        Assert.Equal(3_000, small.Table.RowCount);
        await Assert.ThrowsAsync<InvalidOperationException>(() => new PointInTimeJoin(null, null, options).RunAsync(TestServices.Commutative, new LabelTable(rows, "date"), Sources(events)));
        options.MemoryLimit = 1;
        Assert.Throws<ArgumentOutOfRangeException>(() => new PointInTimeJoin(null, null, options));
    }

    [Fact]
    public async Task No_room_is_one_error_that_says_where_and_what_to_do_at_every_point_and_leaves_nothing()
    {
        using var events = LogEvent.Table([.. Enumerable.Range(0, 300).Select(static i => new LogEvent($"{i % 7}", "B", i, i) { Distance = 1 })]);
        var room = 1_000L;
        var failed = 0;
        for (var isDone = false; !isDone; room *= 4)
        {
            var left = room;
            var options = Options();
            options.CreateFile = path => new FullDisk(new FileStream(path, FileMode.CreateNew), () => left, n => left -= n);
            try
            {
                using var set = await new PointInTimeJoin(null, null, options).RunAsync(Service, new LabelTable(events, "date"), Sources(new Uncounted(events)), TestContext.Current.CancellationToken);
                isDone = true;
            }
            catch (IOException e)
            {
                failed++;
                Assert.Contains(_folder, e.Message, StringComparison.Ordinal);
                Assert.Contains("No space left", e.Message, StringComparison.Ordinal);
                Assert.Contains("MemoryLimit", e.Message, StringComparison.Ordinal);
            }

            Assert.Empty(Directory.GetFileSystemEntries(_folder));
        }

        Assert.True(failed >= 4, $"{failed} failures");
    }

    [Fact]
    public async Task A_value_that_cannot_be_used_leaves_no_files()
    {
        using var events = LogEvent.Table([new LogEvent("A", "B", 1, 1) { Delay = long.MaxValue }]);
        await Assert.ThrowsAsync<InvalidDataException>(() => new PointInTimeJoin(null, null, Options()).RunAsync(TestServices.Commutative, new LabelTable(events, "date"), Sources(new Uncounted(events))));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task Dictionary_encoded_keys_go_where_plain_ones_go()
    {
        var type = new DictionaryType(Int32Type.Default, StringType.Default, false);
        var schema = new Schema([new Field("origin", type, true), LogEvent.Schema.FieldsList[0]], null);
        using var events = LogEvent.Table([.. Enumerable.Range(0, 40).Select(static i => new LogEvent($"key {i}", "B", 5, 5))]);
        var names = new StringArray.Builder();
        names.AppendRange(Enumerable.Range(0, 40).Select(static i => $"key {i}"));
        var keys = new DictionaryArray(type, new Int32Array.Builder().AppendRange(Enumerable.Range(0, 39)).AppendNull().Build(), names.Build());
        var times = new TimestampArray.Builder((TimestampType)schema.FieldsList[1].DataType);
        times.AppendRange(Enumerable.Repeat(DateTimeOffset.UnixEpoch.AddTicks(100), 40));
        using var labels = new BatchTable(schema, [new RecordBatch(schema, [keys, times.Build()], 40)]);
        var view = FeatureView.Define("v", "log").Entity("origin").EventTime("date").Latest("o", "origin").Build();
        using var set = await new PointInTimeJoin(null, null, Options()).RunAsync(FeatureService.Define("s").View(view).Build(), new LabelTable(labels, "date"), Sources(new Uncounted(events)));
        var expected = Enumerable.Range(0, 39).Select(static i => $"key {i}").Append("null").ToArray();
        Assert.Equal(expected, await CellsAsync(set.Table, "v.o"));
        Assert.Equal(expected, await CellsAsync(set.Table, "origin"));
    }

    private static IEnumerable<string> Numbers(TrainingSet set) => set.FeatureNames.Where(static n => n != "newest.from");

    private static IEnumerable<string> Describe(Schema schema) => schema.FieldsList.Select(static f => $"{f.Name} {f.DataType.Name} {string.Join(';', f.Metadata?.Select(static m => m.Value) ?? [])}").Concat(schema.Metadata.Select(static m => m.Value));

    private static async Task<List<string>> CellsAsync(TableSource table, string column)
    {
        var cells = new List<string>();
        await foreach (var batch in table.ReadAsync([column]))
        {
            using (batch)
            {
                cells.AddRange(Enumerable.Range(0, batch.Length).Select(i => batch.Column(0) switch
                {
                    var a when a.IsNull(i) => "null",
                    StringArray a => a.GetString(i),
                    TimestampArray a => $"{a.Values[i]}",
                    var a => $"{((Int64Array)a).Values[i]}",
                }));
            }
        }

        return cells;
    }

    private static bool Same(ImmutableArray<Features.Aggregation.FeatureValue> a, ImmutableArray<Features.Aggregation.FeatureValue> b) => a.SequenceEqual(b);

    private static Dictionary<string, TableSource> Sources(TableSource log) => new() { ["log"] = log };

    private PointInTimeJoinOptions Options() => new() { MemoryLimit = 1 << 20, SpillFolder = _folder };

    private sealed class Uncounted(TableSource inner) : TableSource
    {
        public override Schema Schema => inner.Schema;

        public override long? RowCount => null;

        public override string Describe() => inner.Describe();

        protected override IAsyncEnumerable<RecordBatch> ReadCoreAsync(ImmutableArray<int> columns, CancellationToken cancellationToken) =>
            inner.ReadAsync([.. columns.Select(i => inner.Schema.FieldsList[i].Name)], cancellationToken);
    }

    private sealed class FullDisk(FileStream inner, Func<long> left, Action<int> take) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => true;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => inner.Position = value;
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

        public override void SetLength(long value) => inner.SetLength(value);

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (count > left())
            {
                throw new IOException("No space left on device");
            }

            take(count);
            inner.Write(buffer, offset, count);
        }

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
