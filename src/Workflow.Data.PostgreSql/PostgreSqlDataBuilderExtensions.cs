using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;
using Workflow.Data.Metadata;
using Workflow.Data.PostgreSql;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses PostgreSQL for a host's metadata.</summary>
public static class PostgreSqlDataBuilderExtensions
{
    /// <summary>Keeps registry, lineage, runs, journals and leases in PostgreSQL 13 or later, in place of the local SQLite file.</summary>
    /// <param name="builder">What <c>AddWorkflowData</c> gave.</param>
    /// <param name="configure">Changes the defaults. Runs after <c>Workflow:Data:PostgreSql</c> of the host's configuration, if it has one, was bound.</param>
    /// <remarks>The options are checked when the host starts; the server is first asked when metadata is first used.</remarks>
    public static DataBuilder UsePostgreSql(this DataBuilder builder, Action<PostgreSqlOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<PostgreSqlOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<PostgreSqlOptions>, PostgreSqlOptionsSource>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PostgreSqlOptions>, PostgreSqlOptionsValidator>());
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.Replace(ServiceDescriptor.Singleton<MetadataDatabase>(static provider =>
        {
            var options = provider.GetRequiredService<IOptions<PostgreSqlOptions>>().Value;
            var source = options.ConnectionString is null ? provider.GetRequiredService<NpgsqlDataSource>() : null;
            return new PostgreSqlMetadataDatabase(options, source, provider.GetRequiredService<TimeProvider>());
        }));
        return builder;
    }
}
