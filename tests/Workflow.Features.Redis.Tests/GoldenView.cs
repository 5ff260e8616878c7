using System.Text.Json;
using Apache.Arrow;
using Workflow.Features.Online.Stores;
using Workflow.Features.Views;

namespace Workflow.Features.Redis.Tests;

/// <summary>A view of the golden files as this package defines it.</summary>
internal sealed class GoldenView
{
    private GoldenView(JsonElement view, FeatureView definition, Schema schema)
    {
        (Table, Schema) = (Assert.Single(OnlineTable.Of(definition)), schema);
        Project = view.GetProperty("project").GetString()!;
        Created = view.TryGetProperty("created_timestamp_column", out var created) ? created.GetString() : null;
    }

    public string Project { get; }

    public string? Created { get; }

    public OnlineTable Table { get; }

    public Schema Schema { get; }

    public OnlineTableState State => new() { Digest = Table.Digest, Schema = Schema };

    /// <summary>Defines a view; null where its names or the types of its keys or features are none of ours.</summary>
    public static GoldenView? TryOf(JsonElement view)
    {
        var keys = view.GetProperty("join_keys").EnumerateArray().Select(static k => (Name: k.GetProperty("name").GetString()!, Type: KeyType(k.GetProperty("type").GetString()!))).ToList();
        var features = view.GetProperty("features").EnumerateArray().Select(static f => (Name: f.GetProperty("name").GetString()!, Type: GoldenTypes.Of(f.GetProperty("type").GetString()!))).ToList();
        var name = view.GetProperty("name").GetString()!;
        if (keys.Any(static k => k.Type is null) || features.Any(static f => f.Type is null) || features.Select(static f => f.Name).Append(name).Any(static n => n.Any(static c => c > 127)))
        {
            return null;
        }

        var entity = keys.Count == 0 ? Entity.WithoutKeys("all") : new Entity("e", [.. keys.Select(static k => new EntityKey(k.Name, k.Type!.Value))]);
        var builder = FeatureView.Define(name, "source").Entity(entity).EventTime("event_timestamp", EqualTimeRule.Include);
        if (view.TryGetProperty("created_timestamp_column", out var created) && created.GetString() is { } column)
        {
            builder.AvailableAt(Availability.FromColumn(column), AvailabilityRule.TiesOnly);
        }

        features.ForEach(f => builder.Latest(f.Name, f.Name));
        return new GoldenView(view, builder.Build(), new Schema([.. features.Select(static f => new Field(f.Name, f.Type!, true))], null));
    }

    /// <summary>Makes the rows of a golden table; null where a value is none of the column's type, which this package cannot even express.</summary>
    public OnlineRows? TryRows(JsonElement table)
    {
        var names = table.GetProperty("columns").EnumerateArray().Select(static c => c.GetProperty("name").GetString()!).ToList();
        var rows = table.GetProperty("rows").EnumerateArray().Select(static r => r.EnumerateArray().ToArray()).ToList();
        JsonElement[] Cells(string name) => [.. rows.Select(r => r[names.IndexOf(name)])];
        try
        {
            var keys = Table.View.Entity.Keys.Select(k => (k.Name, Array: GoldenTypes.Array(TypeOf(k.Type), Cells(k.Name)))).ToList();
            var values = Schema.FieldsList.Select(f => GoldenTypes.Array(f.DataType, Cells(f.Name))).ToArray();
            var events = Cells("event_timestamp").Select(static c => GoldenTypes.Microseconds(c.GetString()!)).ToArray();
            var known = Created is null ? events : Cells(Created).Select(static c => GoldenTypes.Microseconds(c.GetString()!)).ToArray();
            return new OnlineRows(
                Table,
                new RecordBatch(new Schema([.. keys.Select(static k => new Field(k.Name, k.Array.Data.DataType, true))], null), keys.Select(static k => k.Array), rows.Count),
                new RecordBatch(Schema, values, rows.Count),
                new OnlineTimes(events, known));
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Reads every entity of a dump that has this view's keys, and compares each value and time.</summary>
    /// <returns>How many values were compared.</returns>
    public async Task<int> ReadAsync(IOnlineStore store, JsonElement dump)
    {
        var keys = Table.View.Entity.Keys.OrderBy(static k => k.Name, StringComparer.Ordinal).ToList();
        // Keys of version 2 cannot be taken apart: the golden file says nothing of their entities.
        var entities = dump.EnumerateArray().Where(k => k.TryGetProperty("entity", out _) && k.GetProperty("project").GetString() == Project && Matches(k.GetProperty("entity"))).ToList();
        var columns = Table.View.Entity.Keys.Select(key => GoldenTypes.Array(TypeOf(key.Type), [.. entities.Select(e => e.GetProperty("entity").EnumerateArray().Single(k => k.GetProperty("join_key").GetString() == key.Name).GetProperty("value"))])).ToArray();
        using var batch = new RecordBatch(new Schema([.. Table.View.Entity.Keys.Select((k, i) => new Field(k.Name, columns[i].Data.DataType, false))], null), columns, entities.Count);
        var plan = new OnlinePlan([new OnlineTableRead(Table, Table.Features, Schema)]);
        using var set = Assert.Single(await store.ReadAsync(new OnlineQuery { Plan = plan, Keys = batch, AtMicroseconds = GoldenTypes.Microseconds("9999-01-01T00:00:00Z") }));
        var compared = 0;
        for (var row = 0; row < entities.Count; row++)
        {
            var fields = entities[row].GetProperty("fields").EnumerateArray().ToList();
            var time = fields.Where(f => f.GetProperty("kind").GetString() == "timestamp" && f.GetProperty("view").GetString() == Table.Name).ToList();
            for (var f = 0; f < Table.Features.Length; f++)
            {
                var field = fields.FirstOrDefault(x => x.GetProperty("kind").GetString() == "feature" && x.GetProperty("feature").GetString() == $"{Table.Name}:{Table.Features[f]}");
                var status = set.Statuses.Span[(row * Table.Features.Length) + f];
                if (time.Count == 0 || field.ValueKind == JsonValueKind.Undefined)
                {
                    Assert.Equal(FeatureStatus.NotFound, status);
                    continue;
                }

                var expected = GoldenTypes.Text(field.GetProperty("value"));
                Assert.Equal((Table.Features[f], expected), (Table.Features[f], GoldenTypes.Text(set.Values[f], row)));
                Assert.Equal(expected == "null" ? FeatureStatus.NullValue : FeatureStatus.Present, status);
                Assert.Equal((time[0].GetProperty("seconds").GetInt64() * 1_000_000) + (time[0].GetProperty("nanos").GetInt64() / 1000), set.EventMicroseconds.Span[row]);
                compared++;
            }
        }

        return compared;

        bool Matches(JsonElement entity) => keys.Count == 0
            ? entity.EnumerateArray().Select(static k => k.GetProperty("join_key").GetString()).SequenceEqual([FeastKey.NoKey])
            : entity.EnumerateArray().OrderBy(static k => k.GetProperty("join_key").GetString(), StringComparer.Ordinal)
                .Select(static k => $"{k.GetProperty("join_key").GetString()} {k.GetProperty("type").GetString()}")
                .SequenceEqual(keys.Select(static k => $"{k.Name} {(k.Type == EntityKeyType.Bytes ? "bytes" : k.Type == EntityKeyType.String ? "string" : k.Type == EntityKeyType.Int64 ? "int64" : "int32")}_val"));
    }

    private static EntityKeyType? KeyType(string type) => type switch { "string" => EntityKeyType.String, "int64" => EntityKeyType.Int64, "int32" => EntityKeyType.Int32, "bytes" => EntityKeyType.Bytes, _ => null };

    private static Apache.Arrow.Types.IArrowType TypeOf(EntityKeyType type) => GoldenTypes.Of(type switch { EntityKeyType.String => "string", EntityKeyType.Int64 => "int64", EntityKeyType.Int32 => "int32", _ => "bytes" })!;
}
