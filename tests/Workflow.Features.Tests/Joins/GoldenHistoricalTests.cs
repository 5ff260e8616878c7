using System.Globalization;
using System.Text.Json;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Views;
using Workflow.Repository;

namespace Workflow.Features.Tests.Joins;

/// <summary>The historical joins of the real Feast: the DuckDB column, in the order of the input rows.</summary>
public sealed class GoldenHistoricalTests
{
    // What Feast refuses, or what it converts and we refuse, and Parquet files of lists, which tables do not hold.
    private static readonly string[] Refused = ["missing-key-column", "key-type-string", "key-type-double", "unknown-feature", "lists"];

    public static TheoryData<string> Cases() => Directory.Exists(Folder) ? [.. Read().Where(static c => IsRefused(c) || HasAnswer(c)).Select(static c => c.GetProperty("id").GetString()!)] : ["none"];

    private static string Folder => SharedFolder.Find("golden/feast/historical") ?? "";

    /// <summary>What is not compared is known: where Feast's DuckDB store has no answer.</summary>
    [Fact]
    public void The_cases_that_are_not_compared_are_counted()
    {
        SharedFolder.Require("golden/feast/historical");
        var all = Read().ToList();
        Assert.Equal(104, all.Count);
        Assert.Equal(14, all.Count(static c => !IsRefused(c) && !HasAnswer(c)));
    }

    private static bool IsRefused(JsonElement item) => Refused.Contains(item.GetProperty("id").GetString());

    private static bool HasAnswer(JsonElement item) => !item.GetProperty("duckdb").TryGetProperty("error", out _);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_case_equals_the_column_of_DuckDB_in_the_order_of_its_rows(string id)
    {
        var folder = SharedFolder.Require("golden/feast/historical");
        var item = Read().Single(c => c.GetProperty("id").GetString() == id);
        var duck = item.GetProperty("duckdb");
        if (Refused.Contains(id))
        {
            await Assert.ThrowsAnyAsync<Exception>(() => Run(folder, item));
            return;
        }

        var (columns, rows) = await Run(folder, item);
        var expected = await ReadTable(Path.Combine(folder, duck.TryGetProperty("file", out var file) ? file.GetString()! : item.GetProperty("dask").GetProperty("file").GetString()!), id);
        Assert.Equal(expected.Count, rows.Count);
        if (expected.Count > 0 && !expected[0].ContainsKey("row"))
        {
            // Nothing numbers these rows: the same rows, each as often.
            Assert.Equal(expected.Select(r => string.Join('|', columns.Select(c => Text(r[c.Theirs])))).Order(), rows.Select(r => string.Join('|', columns.Select(c => Text(r[c.Ours])))).Order());
            return;
        }

        var byRow = expected.ToDictionary(static r => Convert.ToInt64(r["row"], CultureInfo.InvariantCulture));
        var isAmbiguous = item.TryGetProperty("ambiguous", out var a) && a.GetBoolean();
        for (var i = 0; i < rows.Count; i++)
        {
            // Input rows are numbered in order.
            Assert.Equal((long)i, rows[i]["row"]);
            foreach (var (ours, theirs) in columns)
            {
                if (!isAmbiguous)
                {
                    Assert.Equal(Text(byRow[i][theirs]), Text(byRow[i][theirs] is double && rows[i][ours] is long exact ? (double)exact : rows[i][ours]));
                }
                else
                {
                    Assert.NotNull(rows[i][ours]);
                }
            }
        }
    }

    // What became a double because a row is missing is compared as the number it was.
    private static string Text(object? value) => value switch
    {
        null => "null",
        double d when double.IsNaN(d) => "null",
        double d => d.ToString("R", CultureInfo.InvariantCulture),
        float f => ((double)f).ToString("R", CultureInfo.InvariantCulture),
        long l => l.ToString(CultureInfo.InvariantCulture),
        bool b => b ? "1" : "0",
        byte[] b => Convert.ToHexString(b),
        IEnumerable<object?> list => "[" + string.Join(",", list.Select(Text)) + "]",
        _ => value.ToString()!,
    };

    private static async Task<(List<(string Ours, string Theirs)> Columns, List<Dictionary<string, object?>> Rows)> Run(string folder, JsonElement item)
    {
        var sources = new Dictionary<string, TableSource>();
        var service = FeatureService.Define("s");
        var columns = new List<(string, string)>();
        var isFull = item.GetProperty("full_feature_names").GetBoolean();
        foreach (var v in item.GetProperty("views").EnumerateArray())
        {
            var source = v.GetProperty("source").GetString()!;
            sources[source] = await ParquetTable.OpenAsync(Path.Combine(folder, source), null, TestContext.Current.CancellationToken);
            var name = v.TryGetProperty("alias", out var alias) ? alias.GetString()! : v.GetProperty("name").GetString()!;
            var renamed = Map(v, "field_mapping").ToDictionary(static p => p.Value, static p => p.Key);
            var labelNames = Map(v, "join_key_map");
            var keys = v.GetProperty("join_keys").EnumerateArray().Select(static k => (Name: k.GetProperty("name").GetString()!, Type: k.GetProperty("type").GetString() == "string" ? EntityKeyType.String : EntityKeyType.Int64)).ToList();
            var created = v.GetProperty("created_timestamp_column").GetString();
            var isFiltered = item.GetProperty("filter_by_created_timestamp").GetBoolean() && created is not null;
            var view = FeatureView.Define(name, source)
                .Entity(keys.Count == 0 ? Entity.WithoutKeys("all") : new Entity("e", [.. keys.Select(k => new EntityKey(labelNames.GetValueOrDefault(k.Name, k.Name), k.Type))]))
                .EventTime(v.GetProperty("timestamp_field").GetString()!, EqualTimeRule.Include)
                .AvailableAt(created is null ? Availability.AtEventTime : Availability.FromColumn(created), isFiltered ? AvailabilityRule.Enforce : AvailabilityRule.TiesOnly);
            foreach (var (key, _) in keys.Where(k => labelNames.ContainsKey(k.Name) || renamed.ContainsKey(k.Name)))
            {
                view.KeyColumn(labelNames.GetValueOrDefault(key, key), renamed.GetValueOrDefault(key, key));
            }

            var ttl = v.GetProperty("ttl_seconds");
            view.TimeToLive(ttl.ValueKind == JsonValueKind.Null || ttl.GetDouble() == 0 ? null : TimeSpan.FromSeconds(ttl.GetDouble()));
            foreach (var f in v.GetProperty("features").EnumerateArray())
            {
                var feature = f.GetProperty("name").GetString()!;
                view.Latest(feature, renamed.GetValueOrDefault(feature, feature));
            }

            var built = view.Build();
            var original = v.GetProperty("name").GetString()!;
            string[] taken = item.GetProperty("features").ValueKind == JsonValueKind.Null
                ? item.TryGetProperty("service_projections", out var p) && p.TryGetProperty(original, out var list) ? [.. list.EnumerateArray().Select(static e => e.GetString()!)] : []
                : [.. item.GetProperty("features").EnumerateArray().Select(static e => e.GetString()!.Split(':')).Where(parts => parts[0] == original).Select(static parts => parts[1])];
            service.View(built, taken.Length == 0 && item.GetProperty("features").ValueKind != JsonValueKind.Null ? ["x"] : taken);
            foreach (var feature in taken.Length == 0 && item.GetProperty("features").ValueKind == JsonValueKind.Null ? built.Latest.Select(static l => l.Name) : taken)
            {
                columns.Add(($"{name}.{feature}", isFull ? $"{name}__{feature}" : feature));
            }
        }

        // One function is golden: the product of a stored value and one of the request.
        if (item.TryGetProperty("on_demand", out var onDemand))
        {
            Assert.StartsWith("x * mult", onDemand.GetProperty("formula").GetString(), StringComparison.Ordinal);
            service.OnDemand("x_mult", "stats.x * mult");
            columns.Add(("x_mult", isFull ? "od__x_mult" : "x_mult"));
        }

        var entity = await ParquetTable.OpenAsync(Path.Combine(folder, item.GetProperty("entity").GetString()!), null, TestContext.Current.CancellationToken);
        var (labels, time) = await Labels(entity);
        using var set = await new PointInTimeJoin().RunAsync(service.Build(), new LabelTable(labels, time), sources, TestContext.Current.CancellationToken);
        return (columns, await Rows(set.Table));
    }

    private static Dictionary<string, string> Map(JsonElement view, string name) =>
        view.TryGetProperty(name, out var map) && map.ValueKind == JsonValueKind.Object ? map.EnumerateObject().ToDictionary(static m => m.Name, static m => m.Value.GetString()!) : [];

    // Feast takes the one column of times that there is, and reads a text as a time.
    private static async Task<(TableSource Labels, string Time)> Labels(TableSource entity)
    {
        var field = entity.Schema.FieldsList.FirstOrDefault(static f => f.Name == "event_timestamp") ?? entity.Schema.FieldsList.First(static f => f.DataType is TimestampType);
        if (field.DataType is not StringType)
        {
            return (entity, field.Name);
        }

        var type = new TimestampType(TimeUnit.Microsecond, "UTC");
        var schema = new Schema(entity.Schema.FieldsList.Select(f => f.Name == field.Name ? new Field(f.Name, type, nullable: true) : f), null);
        var batches = new List<RecordBatch>();
        await foreach (var batch in entity.ReadAsync())
        {
            var texts = (StringArray)batch.Column(field.Name);
            var times = new TimestampArray.Builder(type);
            for (var i = 0; i < batch.Length; i++)
            {
                times.Append(DateTimeOffset.Parse(texts.GetString(i), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
            }

            var parsed = times.Build();
            batches.Add(new RecordBatch(schema, schema.FieldsList.Select(f => f.Name == field.Name ? parsed : batch.Column(f.Name)), batch.Length));
        }

        return (new BatchTable(schema, batches), field.Name);
    }

    private static async Task<List<Dictionary<string, object?>>> ReadTable(string path, string id)
    {
        var folder = Path.GetDirectoryName(path)!;
        var full = File.Exists(path) ? path : Path.Combine(folder, id, Path.GetFileName(path));
        return await Rows(await ParquetTable.OpenAsync(full, null, TestContext.Current.CancellationToken));
    }

    private static async Task<List<Dictionary<string, object?>>> Rows(TableSource table)
    {
        var rows = new List<Dictionary<string, object?>>();
        await foreach (var batch in table.ReadAsync())
        {
            for (var i = 0; i < batch.Length; i++)
            {
                rows.Add(table.Schema.FieldsList.Select((f, c) => (f.Name, Value: Cell(batch.Column(c), i))).ToDictionary(static p => p.Name, static p => p.Value));
            }
        }

        return rows;
    }

    private static object? Cell(IArrowArray array, int i) => array switch
    {
        _ when array.IsNull(i) => null,
        Int64Array a => a.GetValue(i),
        Int32Array a => (long?)a.GetValue(i),
        DoubleArray a => a.GetValue(i),
        FloatArray a => a.GetValue(i),
        BooleanArray a => a.GetValue(i),
        StringArray a => a.GetString(i),
        BinaryArray a => a.GetBytes(i).ToArray(),
        TimestampArray a => a.GetTimestamp(i)!.Value.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        ListArray a => Enumerable.Range(0, a.GetSlicedValues(i).Length).Select(k => Cell(a.GetSlicedValues(i), k)).ToList(),
        _ => throw new InvalidOperationException($"{array.GetType()}"),
    };

    private static List<JsonElement> Read() => [.. JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "cases.json"))).RootElement.EnumerateArray()];
}
