using System.CommandLine;
using System.Globalization;
using Workflow.Cli.Registry;
using Workflow.Features.Online.Stores;
using Workflow.Features.Redis;

namespace Workflow.Cli.Features;

/// <summary>The options that name an online store.</summary>
internal sealed class OnlineStoreOptions
{
    public Option<string?> Redis { get; } = new("--redis") { Description = "HOST:PORT of Redis, several behind commas. Default: the embedded store under the state's folder." };

    public Option<string?> Project { get; } = new("--project") { Description = "Feast's project in Redis, which ends every key." };

    public static void RequireTime(string name, string text, out DateTimeOffset time)
    {
        if (!TypedCsv.TryTime(text, out time))
        {
            throw new ArgumentException($"{name} is '{text}': expected a time in ISO 8601 with a zone, such as 2024-03-05T10:00:00Z or …+02:00; without one nobody knows which moment it is.");
        }
    }

    /// <summary>Opens the store that the options name, which the caller disposes.</summary>
    /// <param name="host">Where state is.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="mustExist">Whether the embedded store has to be there already: whoever only asks must not create any.</param>
    public IOnlineStore Open(CommandHost host, ParseResult parsed, bool mustExist)
    {
        if (parsed.GetValue(Redis) is { } redis)
        {
            return new RedisOnlineStore(new RedisOnlineStoreOptions
            {
                Configuration = redis,
                Project = parsed.GetValue(Project) ?? throw new ArgumentException("--redis needs --project: Feast's project ends every key."),
                Timeout = TimeSpan.FromSeconds(5),
            });
        }

        if (parsed.GetValue(Project) is { } project)
        {
            throw new ArgumentException($"--project '{project}' needs --redis HOST:PORT: the embedded store has no projects.");
        }

        var folder = Path.Combine(host.FindRoot(parsed.GetValue(RegistryOptions.Root)), "online");
        return mustExist && !Directory.Exists(folder)
            ? throw new DirectoryNotFoundException($"There is no online store in '{folder}'. Fill it with 'workflow features materialize', or name the folder of the state with --root, or a Redis with --redis.")
            : new EmbeddedOnlineStore(new EmbeddedOnlineStoreOptions { Folder = folder });
    }

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
}
