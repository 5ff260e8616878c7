using StackExchange.Redis;
using Workflow.Features.Online.Stores;

namespace Workflow.Features.Redis;

/// <summary>The one connection of a store: opened at the first call, tried again at the next call after it failed. Safe for concurrent use.</summary>
internal sealed class RedisConnection(RedisOnlineStoreOptions options, TimeProvider clock) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private Task<ConnectionMultiplexer>? _connecting;
    private bool _isDisposed;

    /// <summary>Gives the database.</summary>
    /// <param name="deadline">How long to wait; null for the timeout of the options.</param>
    /// <param name="cancellationToken">Ends the wait, not the connecting.</param>
    /// <exception cref="OnlineStoreException">The server cannot be reached.</exception>
    public async ValueTask<IDatabase> OpenAsync(TimeSpan? deadline, CancellationToken cancellationToken)
    {
        Task<ConnectionMultiplexer> connecting;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_connecting is null or { IsFaulted: true } or { IsCanceled: true })
            {
                _connecting = ConnectAsync();
            }

            connecting = _connecting;
        }

        try
        {
            var multiplexer = connecting.IsCompletedSuccessfully
                ? await connecting.ConfigureAwait(false)
                : await connecting.WaitAsync(deadline ?? options.Timeout + TimeSpan.FromSeconds(1), clock, cancellationToken).ConfigureAwait(false);
            return multiplexer.GetDatabase();
        }
        catch (Exception e) when (IsUnreachable(e))
        {
            throw Unreachable(e);
        }
    }

    /// <summary>Says whether a failure means that the server cannot be reached, is busy, or does not answer in time.</summary>
    public static bool IsUnreachable(Exception exception) => exception is RedisConnectionException or RedisTimeoutException or TimeoutException
        || exception is RedisServerException server && (server.Message.StartsWith("LOADING", StringComparison.Ordinal) || server.Message.StartsWith("CLUSTERDOWN", StringComparison.Ordinal)
            || server.Message.StartsWith("TRYAGAIN", StringComparison.Ordinal) || server.Message.StartsWith("MASTERDOWN", StringComparison.Ordinal) || server.Message.StartsWith("BUSY", StringComparison.Ordinal));

    /// <summary>Describes that, without the secrets that a configuration may hold.</summary>
    public OnlineStoreException Unreachable(Exception cause) => new(
        OnlineStoreFault.Unreachable,
        $"Redis at {Servers()} cannot be reached or does not answer: {cause.GetType().Name}. Check that it runs and that the address is right; the same call may succeed later.",
        cause);

    public async ValueTask DisposeAsync()
    {
        Task<ConnectionMultiplexer>? connecting;
        lock (_lock)
        {
            _isDisposed = true;
            connecting = _connecting;
        }

        if (connecting is { IsCompletedSuccessfully: true })
        {
            var multiplexer = await connecting.ConfigureAwait(false);
            await multiplexer.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var configuration = ConfigurationOptions.Parse(options.Configuration);
        var timeout = (int)options.Timeout.TotalMilliseconds;
        (configuration.ConnectTimeout, configuration.AsyncTimeout, configuration.SyncTimeout) = (timeout, timeout, timeout);
        configuration.AbortOnConnectFail = true;
        configuration.ConnectRetry = 1;
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.ClientName ??= "workflow";
        return await ConnectionMultiplexer.ConnectAsync(configuration).ConfigureAwait(false);
    }

    private string Servers()
    {
        try
        {
            return string.Join(", ", ConfigurationOptions.Parse(options.Configuration).EndPoints.Select(static e => $"'{EndPointCollection.ToString(e)}'"));
        }
        catch (ArgumentException)
        {
            return "the configured address";
        }
    }
}
