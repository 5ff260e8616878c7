using System.Globalization;
using Workflow.Data.Storage;

namespace Workflow.Data.AzureBlobs;

/// <summary>Opens <c>azure://container/prefix</c> with the settings of a DVC remote. Safe for concurrent use.</summary>
/// <remarks>
/// Understood: <c>connection_string, account_name, account_key, sas_token, allow_anonymous_login, timeout, read_timeout, connection_timeout</c>, and from
/// the environment <c>AZURE_STORAGE_CONNECTION_STRING, AZURE_STORAGE_ACCOUNT, AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN</c>, as DVC reads them. Refused,
/// because they need Azure's identity library: <c>tenant_id, client_id, client_secret</c>.
/// </remarks>
public sealed class AzureBlobsStoreProvider : IBlobStoreProvider
{
    private static readonly string[] Refused = ["tenant_id", "client_id", "client_secret"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Schemes => ["azure"];

    /// <inheritdoc/>
    public IBlobStore Open(BlobStoreAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new AzureBlobStore(Options(address));
    }

    internal static AzureBlobsOptions Options(BlobStoreAddress address)
    {
        var settings = address.Settings;
        var problems = Refused.Where(settings.ContainsKey).Select(static k => $"the setting {k} is not supported here; use a connection string, a key or a shared access signature").ToList();
        var rest = address.Url["azure://".Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var options = new AzureBlobsOptions
        {
            Container = slash < 0 ? rest : rest[..slash],
            Prefix = slash < 0 ? "" : rest[(slash + 1)..].Trim('/'),
            ConnectionString = Setting("connection_string", "AZURE_STORAGE_CONNECTION_STRING"),
        };
        if (options.ConnectionString is null)
        {
            options.AccountName = Setting("account_name", "AZURE_STORAGE_ACCOUNT");
            options.AccountKey = Setting("account_key", "AZURE_STORAGE_KEY");
            options.SasToken = options.AccountKey is null ? Setting("sas_token", "AZURE_STORAGE_SAS_TOKEN") : null;
            options.IsAnonymous = options is { AccountKey: null, SasToken: null } && settings.TryGetValue("allow_anonymous_login", out var value) && value.Equals("true", StringComparison.OrdinalIgnoreCase);
        }

        foreach (var key in new[] { "connection_timeout", "timeout", "read_timeout" })
        {
            if (settings.TryGetValue(key, out var text))
            {
                if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 3600)
                {
                    options.Timeout = TimeSpan.FromSeconds(seconds);
                }
                else
                {
                    problems.Add($"the setting {key} is '{text}', expected seconds");
                }
            }
        }

        return problems.Count == 0 ? options : throw new ArgumentException($"{string.Join("; ", problems)}. Change it: dvc remote modify", nameof(address));

        string? Setting(string key, string variable) => settings.GetValueOrDefault(key) ?? (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } found ? found : null);
    }
}
