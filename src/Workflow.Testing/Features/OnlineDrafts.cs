using System.Collections.Immutable;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Features.Online.Stores;
using Workflow.Features.Views;
using Xunit;

namespace Workflow.Testing.Features;

/// <summary>Small tables and rows for the tests of online stores.</summary>
internal static class OnlineDrafts
{
    public static readonly DateTimeOffset Noon = new(2024, 3, 5, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A view with columns x (float64) and n (int64) of drivers.</summary>
    public static FeatureViewBuilder Stats(string name = "stats") => FeatureView.Define(name, "rides")
        .Entity(new Entity("driver", new EntityKey("driver_id", EntityKeyType.Int64)))
        .EventTime("at", EqualTimeRule.Include)
        .Latest("x", "x")
        .Latest("n", "n");

    public static Schema StatsSchema { get; } = new([new Field("x", DoubleType.Default, true), new Field("n", Int64Type.Default, true)], null);

    public static long Microseconds(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static OnlineTable Only(FeatureView view) => Assert.Single(OnlineTable.Of(view));

    public static OnlineTableState State(OnlineTable table, Schema schema) => new() { Digest = table.Digest, Schema = schema };

    public static RecordBatch Drivers(params ReadOnlySpan<long?> ids)
    {
        var keys = new Int64Array.Builder();
        foreach (var id in ids)
        {
            _ = id is { } known ? keys.Append(known) : keys.AppendNull();
        }

        return new RecordBatch(new Schema([new Field("driver_id", Int64Type.Default, true)], null), [keys.Build()], ids.Length);
    }

    /// <summary>Writes rows of <see cref="Stats"/>.</summary>
    public static async Task<OnlineWriteResult> WriteAsync(IOnlineStore store, OnlineTable table, params ImmutableArray<OnlineDraft> rows)
    {
        var xs = new DoubleArray.Builder();
        var ns = new Int64Array.Builder();
        foreach (var row in rows)
        {
            _ = row.X is { } x ? xs.Append(x) : xs.AppendNull();
            _ = row.N is { } n ? ns.Append(n) : ns.AppendNull();
        }

        using var keys = Drivers([.. rows.Select(static r => (long?)r.Driver)]);
        using var values = new RecordBatch(StatsSchema, [xs.Build(), ns.Build()], rows.Length);
        return await store.WriteAsync(new OnlineRows(table, keys, values, new OnlineTimes(
            rows.Select(static r => r.Event).ToArray(),
            rows.Select(static r => r.Available ?? r.Event).ToArray())));
    }

    /// <summary>Reads one table whole.</summary>
    public static async Task<OnlineRowSet> ReadAsync(IOnlineStore store, OnlineTable table, Schema schema, (RecordBatch Keys, long At) query)
    {
        var plan = new OnlinePlan([new OnlineTableRead(table, table.Features, schema)]);
        return Assert.Single(await store.ReadAsync(new OnlineQuery { Plan = plan, Keys = query.Keys, AtMicroseconds = query.At }));
    }

    /// <summary>Reads x and n of drivers, with their status and event time, as text that tests compare.</summary>
    public static async Task<string> ReadAsync(IOnlineStore store, OnlineTable table, long at, params ImmutableArray<long?> ids)
    {
        using var keys = Drivers([.. ids]);
        using var set = await ReadAsync(store, table, StatsSchema, (keys, at));
        var lines = ids.Select((_, row) => string.Join(' ', Enumerable.Range(0, 2).Select(f => set.Statuses.Span[(row * 2) + f] == FeatureStatus.Present
            ? Text(set.Values[f], row)
            : $"{(set.Values[f].IsNull(row) ? "" : "not null: ")}{set.Statuses.Span[(row * 2) + f]}")) + (set.EventMicroseconds.Span[row] == long.MinValue ? "" : $" @{set.EventMicroseconds.Span[row]}"));
        return string.Join("; ", lines);
    }

    /// <summary>Saves the state of <see cref="Stats"/> and gives its table.</summary>
    public static async Task<OnlineTable> PrepareAsync(IOnlineStore store, FeatureView view)
    {
        var table = Only(view);
        await store.SaveAsync(table, State(table, StatsSchema));
        return table;
    }

    public static string Describe(Schema schema) => string.Join(", ", schema.FieldsList.Select(static f => $"{f.Name} {TableSchema.Describe(f.DataType)}"));

    private static string Text(IArrowArray array, int row) => array is DoubleArray d
        ? d.GetValue(row)!.Value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)
        : ((Int64Array)array).GetValue(row)!.Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
