using Microsoft.Extensions.Options;

namespace Workflow.Features.Redis;

internal sealed class RedisOnlineStoreOptionsValidator : IValidateOptions<RedisOnlineStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, RedisOnlineStoreOptions options)
    {
        var failures = new ValidateOptionsResultBuilder();
        if (string.IsNullOrWhiteSpace(options.Configuration))
        {
            failures.AddError("Names no server; expected for example 127.0.0.1:6379.", nameof(options.Configuration));
        }

        if (string.IsNullOrWhiteSpace(options.Project))
        {
            failures.AddError("Is empty; name Feast's project, which ends every key.", nameof(options.Project));
        }

        if (options.KeyTimeToLive is { } ttl && (ttl < TimeSpan.FromSeconds(1) || ttl.Ticks % TimeSpan.TicksPerSecond != 0))
        {
            failures.AddError($"{ttl} is not a whole number of seconds from 1 on.", nameof(options.KeyTimeToLive));
        }

        if (options.EntityKeyVersion is not (2 or 3))
        {
            failures.AddError($"{options.EntityKeyVersion} is not 2 or 3.", nameof(options.EntityKeyVersion));
        }

        if (options.Timeout < TimeSpan.FromMilliseconds(10) || options.Timeout > TimeSpan.FromMinutes(10))
        {
            failures.AddError($"{options.Timeout} is not from 10 milliseconds to 10 minutes.", nameof(options.Timeout));
        }

        if (options.RowsInFlight is < 1 or > 100_000)
        {
            failures.AddError($"{options.RowsInFlight} is not from 1 to 100,000.", nameof(options.RowsInFlight));
        }

        return failures.Build();
    }
}
