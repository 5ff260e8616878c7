using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Workflow.Data.PostgreSql;

internal sealed class PostgreSqlOptionsValidator(IServiceProviderIsService registered) : IValidateOptions<PostgreSqlOptions>
{
    public ValidateOptionsResult Validate(string? name, PostgreSqlOptions options)
    {
        var failures = new ValidateOptionsResultBuilder();
        if (options.ConnectionString is null && !registered.IsService(typeof(NpgsqlDataSource)))
        {
            failures.AddError("It is missing, and no NpgsqlDataSource is registered: set Workflow:Data:PostgreSql:ConnectionString, or register one.", nameof(options.ConnectionString));
        }

        foreach (var (property, problem) in Problems(options))
        {
            failures.AddError(problem, property);
        }

        return failures.Build();
    }

    /// <summary>Everything that is wrong with the options, whoever made them. Never repeats the connection string, which may hold a password.</summary>
    public static IEnumerable<(string Property, string Problem)> Problems(PostgreSqlOptions options)
    {
        if (options.ConnectionString is { } text)
        {
            var problem = "";
            try
            {
                var parsed = new NpgsqlConnectionStringBuilder(text);
                problem = string.IsNullOrEmpty(parsed.Host) ? "It names no Host." : "";
            }
            catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException)
            {
                problem = $"It is no connection string ({e.GetType().Name}); expected for example 'Host=db;Database=ml;Username=workflow;Password=…'.";
            }

            if (problem.Length > 0)
            {
                yield return (nameof(options.ConnectionString), problem);
            }
        }

        if (string.IsNullOrEmpty(options.Schema) || options.Schema.Length > 63 || char.IsAsciiDigit(options.Schema[0])
            || options.Schema.StartsWith("pg_", StringComparison.Ordinal) || !options.Schema.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
        {
            yield return (nameof(options.Schema), $"'{options.Schema}' is no name of a schema: expected lower-case letters, digits and '_', not beginning with a digit or 'pg_', at most 63.");
        }

        foreach (var (property, value) in new[] { (nameof(options.WriteTimeout), options.WriteTimeout), (nameof(options.IdleTimeout), options.IdleTimeout) })
        {
            if (value < TimeSpan.FromSeconds(1) || value > TimeSpan.FromHours(1))
            {
                yield return (property, $"{value} is not from 1 second to 1 hour.");
            }
        }
    }
}
