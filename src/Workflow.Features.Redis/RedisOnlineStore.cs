using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Workflow.Features.Online.Stores;

namespace Workflow.Features.Redis;

/// <summary>The online store in Redis, in Feast's format: one hash an entity, shared by all views of the same keys.</summary>
/// <remarks>
/// <para>
/// Feast reads what this writes and the other way round. Beside Feast's fields each table has a field <c>_wf:TABLE</c>, which Feast
/// never reads: 8 and 4 bytes of when the row could be known (seconds and microseconds, little-endian), 32 bytes of the definition's
/// digest, and a copy of the event time that it belongs to, so that a row that Feast wrote since is known as Feast's. What is known
/// of tables is in the hash <c>workflow:PROJECT</c>.
/// </para>
/// <para>Every command has one key, so a cluster may spread them. Safe for concurrent use.</para>
/// </remarks>
public sealed class RedisOnlineStore : IOnlineStore
{
    private const int Otherwise = 2;
    private readonly RedisOnlineStoreOptions _options;
    private readonly TimeProvider _clock;
    private readonly RedisConnection _connection;
    private readonly RedisKey _states;
    private readonly ConditionalWeakTable<OnlinePlan, RedisPlan> _plans = [];

    /// <summary>Prepares a store; nothing is connected yet.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="timeProvider">Measures deadlines; null for the system's clock.</param>
    /// <exception cref="OptionsValidationException">Options are wrong; every one is listed.</exception>
    public RedisOnlineStore(RedisOnlineStoreOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (new RedisOnlineStoreOptionsValidator().Validate(null, options) is { Failed: true, Failures: { } failures })
        {
            throw new OptionsValidationException(nameof(RedisOnlineStoreOptions), typeof(RedisOnlineStoreOptions), failures);
        }

        (_options, _clock) = (options, timeProvider ?? TimeProvider.System);
        _connection = new RedisConnection(options, _clock);
        _states = RedisTableState.Key(options.Project);
    }

    /// <inheritdoc/>
    public async ValueTask<OnlineTableState?> FindAsync(OnlineTable table, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        var database = await _connection.OpenAsync(null, cancellationToken).ConfigureAwait(false);
        var found = await AskAsync(database.HashGetAsync(_states, table.Name), cancellationToken).ConfigureAwait(false);
        return found.IsNull ? null : RedisTableState.Parse(table.Name, found).State;
    }

    /// <inheritdoc/>
    public async ValueTask SaveAsync(OnlineTable table, OnlineTableState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(state);
        FeastTypes.Require(table.Name, state.Schema);
        var database = await _connection.OpenAsync(null, cancellationToken).ConfigureAwait(false);
        var others = await AskAsync(database.HashGetAllAsync(_states), cancellationToken).ConfigureAwait(false);
        var known = RedisTableState.Of(table, state);
        RedisTableState.RequireDistinctFields(table.Name, known, others.Select(static o => KeyValuePair.Create((string)o.Name!, RedisTableState.Parse((string)o.Name!, o.Value))));
        await AskAsync(database.HashSetAsync(_states, table.Name, known.ToJson()), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<OnlineWriteResult> WriteAsync(OnlineRows rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        OnlineDefinition.Require(rows.Table, await FindAsync(rows.Table, cancellationToken).ConfigureAwait(false), rows.Values.Schema);
        var database = await _connection.OpenAsync(null, cancellationToken).ConfigureAwait(false);
        var writer = new RedisRowWriter(rows, new FeastKey(rows.Table.View.Entity, _options.Project, _options.EntityKeyVersion), _options.KeyTimeToLive);
        var sent = new Task<RedisResult>[Math.Min(rows.Count, _options.RowsInFlight)];
        var (written, isWhole) = (0L, true);
        for (var row = 0; row < rows.Count + sent.Length; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var slot = sent.Length == 0 ? 0 : row % sent.Length;
            if (row >= sent.Length)
            {
                var answer = await AnswerAsync(sent[slot]).ConfigureAwait(false);
                if (answer is null or Otherwise)
                {
                    // Other tables share the hash: then most likely that of the next row, too.
                    isWhole &= answer is null;
                    answer = await AnswerAsync(RedisScript.RunAsync(database, writer.Key(row - sent.Length), writer.Arguments(row - sent.Length, isWhole: false))).ConfigureAwait(false);
                }

                written += answer ?? throw new OnlineStoreException(OnlineStoreFault.Unreachable, "Redis forgets scripts while they are used. Try again.");
            }

            if (row < rows.Count)
            {
                sent[slot] = isWhole
                    ? RedisScript.RunWholeAsync(database, writer.Key(row), writer.Arguments(row, isWhole))
                    : RedisScript.RunAsync(database, writer.Key(row), writer.Arguments(row, isWhole));
            }
        }

        GC.KeepAlive(rows);
        return new OnlineWriteResult(written, rows.Count - written);
    }

    /// <inheritdoc/>
    public async ValueTask<ImmutableArray<OnlineRowSet>> ReadAsync(OnlineQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        var started = _clock.GetTimestamp();
        var plan = _plans.GetValue(query.Plan, static p => new RedisPlan(p));
        var database = await _connection.OpenAsync(query.Deadline, cancellationToken).ConfigureAwait(false);
        var asked = new Task<RedisValue[]>?[plan.Groups.Length][];
        for (var g = 0; g < asked.Length; g++)
        {
            var (table, fields) = plan.Groups[g];
            var key = new FeastKey(table.View.Entity, _options.Project, _options.EntityKeyVersion);
            asked[g] = new Task<RedisValue[]>?[query.Keys.Length];
            for (var row = 0; row < asked[g].Length; row++)
            {
                asked[g][row] = key.Of(query.Keys, row) is { } bytes ? database.HashGetAsync(bytes, fields) : null;
            }
        }

        GC.KeepAlive(query);
        await WaitAsync([.. asked.SelectMany(static g => g).OfType<Task<RedisValue[]>>()], query.Deadline - _clock.GetElapsedTime(started), cancellationToken).ConfigureAwait(false);
        var answers = asked.Select(static g => g.Select(static t => t is null ? [] : Answered(t)).ToArray()).ToArray();
        return [.. query.Plan.Tables.Select((wanted, i) => RedisRead.Of(wanted, plan.Parts[i], answers[plan.Parts[i].Group], query.AtMicroseconds))];
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    // Waits until everything has come or the time is over. One part that fails is not answered; if all of it fails, the store is away.
    private async ValueTask WaitAsync(Task<RedisValue[]>[] asked, TimeSpan? left, CancellationToken cancellationToken)
    {
        var all = asked.Length == 1 ? asked[0] : (Task)Task.WhenAll(asked);
        try
        {
            await (left is { } time ? all.WaitAsync(time > TimeSpan.Zero ? time : TimeSpan.Zero, _clock, cancellationToken) : all.WaitAsync(cancellationToken)).ConfigureAwait(false);
        }
        catch (TimeoutException) when (left is not null && !all.IsCompleted)
        {
            // What comes later is read by nobody.
            _ = all.ContinueWith(static t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
        catch (Exception e) when (RedisConnection.IsUnreachable(e))
        {
            if (asked.All(static t => t.IsFaulted))
            {
                throw _connection.Unreachable(e);
            }
        }
    }

#pragma warning disable VSTHRD002 // It has completed.
    private static RedisValue[]? Answered(Task<RedisValue[]> asked) => asked.IsCompletedSuccessfully ? asked.Result : null;
#pragma warning restore VSTHRD002

    // Null where the server does not know the script any more: the client has noticed, and sends it again.
    private async ValueTask<int?> AnswerAsync(Task<RedisResult> sent)
    {
        try
        {
            return (int)await sent.ConfigureAwait(false);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return null;
        }
        catch (Exception e) when (RedisConnection.IsUnreachable(e))
        {
            throw _connection.Unreachable(e);
        }
    }

    private async ValueTask<T> AskAsync<T>(Task<T> asked, CancellationToken cancellationToken)
    {
        try
        {
            return await asked.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (RedisConnection.IsUnreachable(e))
        {
            throw _connection.Unreachable(e);
        }
    }
}
