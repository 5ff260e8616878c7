using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Workflow.Data.Metadata;

[assembly: AssemblyFixture(typeof(Workflow.Data.PostgreSql.Tests.PostgreSqlServer))]

namespace Workflow.Data.PostgreSql.Tests;

/// <summary>A PostgreSQL server of these tests, started once, in a temporary folder, on a socket in that folder. Ends with this process, however that ends.</summary>
public sealed class PostgreSqlServer : IAsyncLifetime
{
    private const string Locale = "icu";

    // The shell waits for the end of its input, which comes also when this process is killed; then it ends the server and removes the folder.
    private const string Guard = """
        "$@" & server=$!
        cat > /dev/null
        kill -INT "$server" 2> /dev/null; wait "$server"; rm -rf "$WORKFLOW_FOLDER"
        """;

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"workflow-pg-{Guid.NewGuid():n}"[..24]);
    private Process? _guard;

    /// <summary>Gets why there is no server; null where there is one.</summary>
    public string? Missing { get; private set; } = "PostgreSQL was not started.";

    /// <summary>Gets the connection string of a database whose own collation is not the byte order.</summary>
    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"Host={_folder};Database={Locale};Username=tests;Maximum Pool Size=30;Timeout=60;Command Timeout=120");

    /// <summary>Skips the test where there is no server.</summary>
    public void Require() => Assert.SkipUnless(Missing is null, Missing ?? "");

    /// <summary>Opens a schema once more, as another process would.</summary>
    public MetadataDatabase Open(string schema, TimeProvider? timeProvider = null) =>
        new PostgreSqlMetadataDatabase(new PostgreSqlOptions { ConnectionString = ConnectionString, Schema = schema, WriteTimeout = TimeSpan.FromMinutes(2) }, timeProvider: timeProvider);

    /// <summary>Runs SQL as another client would.</summary>
    public async Task<object?> ExecuteAsync(string statement, string? database = null)
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false" + (database is null ? "" : $";Database={database}"));
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of tests.
        command.CommandText = statement;
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask InitializeAsync()
    {
        var programs = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
            : null;
        if (programs is null)
        {
            Missing = "/usr/lib/postgresql/*/bin/initdb is missing: install the Debian package postgresql (eng/prepare-debian12.sh does).";
            return;
        }

        // PostgreSQL refuses to run as root.
        string[] asUser = Environment.UserName == "root" ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
        Directory.CreateDirectory(_folder);
        if (asUser.Length > 0)
        {
            await RunAsync("chown", "postgres", _folder);
        }

        var data = Path.Combine(_folder, "data");
        await RunAsync([.. asUser, Path.Combine(programs, "initdb"), "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);

        // No TCP. Not durable, because only clients are killed here, never the server.
        var start = new ProcessStartInfo("bash")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder,
            ArgumentList = { "-c", Guard, "guard" },
            Environment = { ["WORKFLOW_FOLDER"] = _folder },
        };
        string[] server = [.. asUser, Path.Combine(programs, "postgres"), "-D", data, "-k", _folder, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200", "-c", "logging_collector=on"];
        Array.ForEach(server, start.ArgumentList.Add);
        _guard = Process.Start(start)!;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await ExecuteAsync($"CREATE DATABASE {Locale} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'", "postgres");
                break;
            }
            catch (NpgsqlException e) when (attempt < 600 && e.InnerException is not PostgresException && !_guard.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }

        Missing = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_guard is not null)
        {
            NpgsqlConnection.ClearAllPools();
            _guard.StandardInput.Close();
            await _guard.WaitForExitAsync();
            _guard.Dispose();
        }
    }

    private static async Task RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)}: {await output}{error}");
    }
}
