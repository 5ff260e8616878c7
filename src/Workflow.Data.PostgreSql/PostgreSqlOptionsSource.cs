using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Workflow.Data.PostgreSql;

/// <summary>Binds the options where the host has a configuration; a host without one is fine.</summary>
internal sealed class PostgreSqlOptionsSource(IEnumerable<IConfiguration> configurations) : IConfigureOptions<PostgreSqlOptions>
{
    public void Configure(PostgreSqlOptions options)
    {
        foreach (var configuration in configurations)
        {
            configuration.GetSection("Workflow:Data:PostgreSql").Bind(options);
        }
    }
}
