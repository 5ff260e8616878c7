using System.Collections.Immutable;
using Apache.Arrow;
using Workflow.Features.Online.Stores;
using Workflow.Features.Views;
using Workflow.Numerics.Random;
using Xunit;

namespace Workflow.Testing.Features;

/// <summary>What every <see cref="IOnlineStore"/> has to do. Derive a public test class from it.</summary>
public abstract class OnlineStoreConformance
{
    private const long T = 1_709_640_000_000_000;

    /// <summary>Gives an empty store, which the test disposes.</summary>
    protected abstract ValueTask<IOnlineStore> CreateAsync();

    /// <summary>Of two rows the newer event stays, of equal ones the later correction; the rest is counted.</summary>
    [Fact]
    public async Task The_newest_row_stays_and_of_equal_times_the_later_correction()
    {
        await using var store = await CreateAsync();
        var table = await OnlineDrafts.PrepareAsync(store, OnlineDrafts.Stats().Build());
        Assert.Equal(new OnlineWriteResult(2, 0), await OnlineDrafts.WriteAsync(store, table, new(1, T, 1, 10), new(2, T, 2, 20)));
        Assert.Equal(new OnlineWriteResult(1, 1), await OnlineDrafts.WriteAsync(store, table, new(1, T + 1, 1.1, 11), new(2, T - 1, 2.1, 21)));
        Assert.Equal(new OnlineWriteResult(0, 2), await OnlineDrafts.WriteAsync(store, table, new(1, T + 1, 9, 9), new(2, T, 9, 9)));
        Assert.Equal($"1.1 11 @{T + 1}; 2 20 @{T}", await OnlineDrafts.ReadAsync(store, table, T + 10, 1, 2));

        // A correction: the same event time, known later. Known earlier it is none, whatever comes last.
        Assert.Equal(new OnlineWriteResult(1, 1), await OnlineDrafts.WriteAsync(store, table, new(1, T + 1, 3, null) { Available = T + 5 }, new(2, T, 9, 9) { Available = T - 5 }));
        Assert.Equal(new OnlineWriteResult(0, 1), await OnlineDrafts.WriteAsync(store, table, new OnlineDraft(1, T + 1, 4, 4) { Available = T + 4 }));
        Assert.Equal($"3 NullValue @{T + 1}; 2 20 @{T}", await OnlineDrafts.ReadAsync(store, table, T + 10, 1, 2));
        Assert.Equal(new OnlineWriteResult(1, 0), await OnlineDrafts.WriteAsync(store, table, new OnlineDraft(1, T + 2, 5, 5) { Available = long.MinValue }));
        Assert.Equal(new OnlineWriteResult(1, 0), await OnlineDrafts.WriteAsync(store, table, new OnlineDraft(1, T + 2, 6, 6)));
        Assert.Equal($"6 6 @{T + 2}", await OnlineDrafts.ReadAsync(store, table, T + 10, 1));
    }

    /// <summary>A batch is taken row by row.</summary>
    [Fact]
    public async Task Rows_of_one_key_in_one_batch_are_compared_with_one_another()
    {
        await using var store = await CreateAsync();
        var table = await OnlineDrafts.PrepareAsync(store, OnlineDrafts.Stats().Build());
        Assert.Equal(new OnlineWriteResult(3, 2), await OnlineDrafts.WriteAsync(store, table, new(1, T, 1, 1), new(1, T + 4, 2, 2), new(1, T + 2, 3, 3), new(2, T, 1, 1), new(2, T, 2, 2)));
        Assert.Equal($"2 2 @{T + 4}; 1 1 @{T}", await OnlineDrafts.ReadAsync(store, table, T + 10, 1, 2));
    }

    /// <summary>1970 is a time like any other.</summary>
    [Fact]
    public async Task Times_at_and_before_1970_protect_like_any_other()
    {
        await using var store = await CreateAsync();
        var table = await OnlineDrafts.PrepareAsync(store, OnlineDrafts.Stats().Build());
        foreach (var (time, wins) in new (long, bool)[] { (-20_500_000, true), (-20_000_001, true), (-20_000_002, false), (-1, true), (0, true), (0, false), (-1, false), (1, true), (253_402_300_799_999_999, true), (-62_135_596_800_000_000, false) })
        {
            Assert.Equal((time, new OnlineWriteResult(wins ? 1 : 0, wins ? 0 : 1)), (time, await OnlineDrafts.WriteAsync(store, table, new OnlineDraft(1, time, time, time))));
        }

        await OnlineDrafts.WriteAsync(store, table, new OnlineDraft(2, -62_135_596_800_000_000, 1, 1));
        Assert.Equal("1 1 @-62135596800000000", await OnlineDrafts.ReadAsync(store, table, T, 2));
    }

    /// <summary>Nothing found is said, not guessed.</summary>
    [Fact]
    public async Task Unknown_and_null_keys_have_no_row()
    {
        await using var store = await CreateAsync();
        var table = await OnlineDrafts.PrepareAsync(store, OnlineDrafts.Stats().Build());
        Assert.Equal("NotFound NotFound; NotFound NotFound", await OnlineDrafts.ReadAsync(store, table, T, 1, null));
        await OnlineDrafts.WriteAsync(store, table, new OnlineDraft(0, T, null, 0));
        Assert.Equal($"NotFound NotFound; NotFound NotFound; NullValue 0 @{T}", await OnlineDrafts.ReadAsync(store, table, T, 1, null, 0));
        Assert.Equal("", await OnlineDrafts.ReadAsync(store, table, T));
    }

    /// <summary>The time to live is inclusive at both ends and counted from the query, as offline.</summary>
    [Fact]
    public async Task Rows_outside_the_time_to_live_or_after_the_query_give_no_value()
    {
        await using var store = await CreateAsync();
        var table = await OnlineDrafts.PrepareAsync(store, OnlineDrafts.Stats().TimeToLive(TimeSpan.FromSeconds(1)).Build());
        await OnlineDrafts.WriteAsync(store, table, new OnlineDraft(1, T, 1, null) { Available = T + 3 });
        foreach (var (at, says) in new[]
        {
            (T - 1, "NotFound NotFound"),
            (T, "NotFound NotFound"),
            (T + 2, "NotFound NotFound"),
            (T + 3, $"1 NullValue @{T}"),
            (T + 1_000_000, $"1 NullValue @{T}"),
            (T + 1_000_001, $"OutsideMaxAge OutsideMaxAge @{T}"),
        })
        {
            Assert.Equal((at, says), (at, await OnlineDrafts.ReadAsync(store, table, at, 1)));
        }

        var before = await OnlineDrafts.PrepareAsync(store, OnlineDrafts.Stats("strict").EventTime("at").Build());
        await OnlineDrafts.WriteAsync(store, before, new OnlineDraft(1, T, 1, 1));
        Assert.Equal("NotFound NotFound", await OnlineDrafts.ReadAsync(store, before, T, 1));
        Assert.Equal($"1 1 @{T}", await OnlineDrafts.ReadAsync(store, before, T + 1, 1));
    }

    /// <summary>A store says what it knows of a table, and refuses the rest.</summary>
    [Fact]
    public async Task Another_definition_or_other_types_are_refused_and_never_read()
    {
        await using var store = await CreateAsync();
        var table = OnlineDrafts.Only(OnlineDrafts.Stats().Build());
        Assert.Null(await store.FindAsync(table));
        Assert.Equal(OnlineStoreFault.NothingWritten, (await Assert.ThrowsAsync<OnlineStoreException>(() => OnlineDrafts.WriteAsync(store, table, new OnlineDraft(1, T, 1, 1)))).Fault);
        await OnlineDrafts.PrepareAsync(store, OnlineDrafts.Stats().Build());
        await OnlineDrafts.WriteAsync(store, table, new OnlineDraft(1, T, 1, 1), new OnlineDraft(2, T, 1, 1));

        var changed = OnlineDrafts.Only(OnlineDrafts.Stats().TimeToLive(TimeSpan.FromDays(1)).Build());
        var refused = await Assert.ThrowsAsync<OnlineStoreException>(() => OnlineDrafts.WriteAsync(store, changed, new OnlineDraft(1, T + 1, 2, 2)));
        Assert.Equal(OnlineStoreFault.OtherDefinition, refused.Fault);
        Assert.Contains(changed.Digest.ToString(), refused.Message, StringComparison.Ordinal);
        Assert.Contains(table.Digest.ToString(), refused.Message, StringComparison.Ordinal);
        Assert.Equal("OtherDefinition OtherDefinition; NotFound NotFound", await OnlineDrafts.ReadAsync(store, changed, T, 1, 3));

        // Replaced on purpose: old rows are gone whatever their time, and the old definition is refused in turn.
        await OnlineDrafts.PrepareAsync(store, changed.View);
        Assert.Equal("OtherDefinition OtherDefinition; OtherDefinition OtherDefinition", await OnlineDrafts.ReadAsync(store, changed, T, 1, 2));
        Assert.Equal(new OnlineWriteResult(1, 0), await OnlineDrafts.WriteAsync(store, changed, new OnlineDraft(1, T - 1, 3, 3)));
        Assert.Equal($"3 3 @{T - 1}; OtherDefinition OtherDefinition", await OnlineDrafts.ReadAsync(store, changed, T, 1, 2));
        Assert.Equal(OnlineStoreFault.OtherDefinition, (await Assert.ThrowsAsync<OnlineStoreException>(() => OnlineDrafts.WriteAsync(store, table, new OnlineDraft(1, T + 1, 1, 1)))).Fault);
    }

    /// <summary>Watermarks live with the rows.</summary>
    [Fact]
    public async Task The_state_of_a_table_is_kept()
    {
        await using var store = await CreateAsync();
        var table = await OnlineDrafts.PrepareAsync(store, OnlineDrafts.Stats().Build());
        var state = (await store.FindAsync(table))!;
        Assert.Equal((table.Digest, null, "x double, n int64"), (state.Digest, state.MaterializedTo, OnlineDrafts.Describe(state.Schema)));
        await OnlineDrafts.WriteAsync(store, table, new OnlineDraft(1, T, 1, 1));
        await store.SaveAsync(table, state with { MaterializedTo = OnlineDrafts.Noon });
        Assert.Equal(OnlineDrafts.Noon, (await store.FindAsync(table))!.MaterializedTo);
        Assert.Equal($"1 1 @{T}", await OnlineDrafts.ReadAsync(store, table, T, 1));
    }

    /// <summary>Tables share keys, and nothing else.</summary>
    [Fact]
    public async Task Tables_of_one_entity_are_read_together_and_do_not_touch_one_another()
    {
        await using var store = await CreateAsync();
        var one = await OnlineDrafts.PrepareAsync(store, OnlineDrafts.Stats("one").Build());
        var two = await OnlineDrafts.PrepareAsync(store, OnlineDrafts.Stats("two").Build());
        await OnlineDrafts.WriteAsync(store, one, new OnlineDraft(1, T + 5, 1, 2), new OnlineDraft(2, T, 5, 6));
        await OnlineDrafts.WriteAsync(store, two, new OnlineDraft(1, T, 3, null));
        using var keys = OnlineDrafts.Drivers(1, 2);
        var n = new Schema([OnlineDrafts.StatsSchema.FieldsList[1]], null);
        var nx = new Schema([OnlineDrafts.StatsSchema.FieldsList[1], OnlineDrafts.StatsSchema.FieldsList[0]], null);
        var sets = await store.ReadAsync(new OnlineQuery
        {
            Plan = new OnlinePlan([new OnlineTableRead(two, ["n", "x"], nx), new OnlineTableRead(one, ["n"], n)]),
            Keys = keys,
            AtMicroseconds = T + 9,
        });
        Assert.Equal([FeatureStatus.NullValue, FeatureStatus.Present, FeatureStatus.NotFound, FeatureStatus.NotFound], sets[0].Statuses.ToArray());
        Assert.Equal([null, null], ((Int64Array)sets[0].Values[0]).ToArray());
        Assert.Equal([3, null], ((DoubleArray)sets[0].Values[1]).ToArray());
        Assert.Equal([2, 6], ((Int64Array)Assert.Single(sets[1].Values)).ToArray());
        Assert.Equal([T + 5, T], sets[1].EventMicroseconds.ToArray());
        Assert.All(sets, static s => s.Dispose());
    }

    /// <summary>Whoever writes when: the newest stays.</summary>
    [Fact]
    public async Task Concurrent_writers_leave_the_newest_row_of_each_key_and_lose_no_count()
    {
        await using var store = await CreateAsync();
        var table = await OnlineDrafts.PrepareAsync(store, OnlineDrafts.Stats().Build());
        var writers = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
        {
            var total = default(OnlineWriteResult);
            for (var round = 0; round < 10; round++)
            {
                total += await OnlineDrafts.WriteAsync(store, table, [.. Enumerable.Range(0, 20).Select(key => Row(key, ((writer * 7) + (round * 13) + key) % 101))]);
            }

            return total;
        })));
        Assert.Equal(1600, writers.Sum(static w => w.Written + w.Skipped));
        var newest = Enumerable.Range(0, 20).Select(key => Enumerable.Range(0, 80).Max(i => ((i / 10 * 7) + (i % 10 * 13) + key) % 101)).ToArray();
        Assert.Equal(
            string.Join("; ", newest.Select(static t => $"{t} {t} @{T + t}")),
            await OnlineDrafts.ReadAsync(store, table, T + 1000, [.. Enumerable.Range(0, 20).Select(static key => (long?)key)]));

        static OnlineDraft Row(int key, int time) => new(key, T + time, time, time);
    }

    /// <summary>Random rows against the rule written down plainly.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_rows_leave_what_the_rule_says(int seed)
    {
        await using var store = await CreateAsync();
        var table = await OnlineDrafts.PrepareAsync(store, OnlineDrafts.Stats().Build());
        var random = new Philox(seed, "online store");
        var expected = new Dictionary<long, OnlineDraft>();
        for (var batch = 0; batch < 20; batch++)
        {
            var rows = Enumerable.Range(0, 1 + random.NextInt32(29))
                .Select(_ => new OnlineDraft(random.NextInt32(12), T + random.NextInt32(8), random.NextInt32(5) == 0 ? null : random.NextDouble(), (long)random.NextUInt64()) { Available = T + random.NextInt32(12) - 3 })
                .ToImmutableArray();
            var written = 0;
            foreach (var row in rows)
            {
                if (!expected.TryGetValue(row.Driver, out var known) || row.Event > known.Event || (row.Event == known.Event && row.Available > known.Available))
                {
                    expected[row.Driver] = row;
                    written++;
                }
            }

            Assert.Equal(new OnlineWriteResult(written, rows.Length - written), await OnlineDrafts.WriteAsync(store, table, rows));
        }

        var keys = expected.Keys.Order().ToList();
        Assert.Equal(
            string.Join("; ", keys.Select(k => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(expected[k].X is { } x ? x.ToString("R", System.Globalization.CultureInfo.InvariantCulture) : "NullValue")} {expected[k].N} @{expected[k].Event}"))),
            await OnlineDrafts.ReadAsync(store, table, T + 100, [.. keys.Select(static k => (long?)k)]));
    }
}
