using System.Globalization;
using Workflow.Data.Storage;

namespace Workflow.Data.S3;

/// <summary>Opens <c>s3://bucket/prefix</c> with the settings of a DVC remote. Safe for concurrent use.</summary>
/// <remarks>
/// Understood: <c>region, profile, credentialpath, endpointurl, access_key_id, secret_access_key, session_token, use_ssl, allow_anonymous_login, sse,
/// sse_kms_key_id, connect_timeout, read_timeout</c>. Refused, because leaving them out would change what is stored or who is trusted: <c>acl</c>,
/// <c>grant_*</c>, <c>sse_customer_*</c>, and <c>ssl_verify</c> other than true.
/// </remarks>
public sealed class S3StoreProvider : IBlobStoreProvider
{
    private static readonly string[] Refused = ["acl", "grant_read", "grant_read_acp", "grant_write_acp", "grant_full_control", "sse_customer_algorithm", "sse_customer_key", "configpath"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Schemes => ["s3"];

    /// <inheritdoc/>
    public IBlobStore Open(BlobStoreAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new S3BlobStore(Options(address));
    }

    internal static S3Options Options(BlobStoreAddress address)
    {
        var settings = address.Settings;
        var problems = Refused.Where(settings.ContainsKey).Select(static k => $"the setting {k} is not supported here").ToList();
        if (settings.TryGetValue("ssl_verify", out var verify) && !verify.Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            problems.Add("the setting ssl_verify is not supported here; add the certificate to those that the machine trusts");
        }

        var rest = address.Url["s3://".Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var options = new S3Options
        {
            Bucket = slash < 0 ? rest : rest[..slash],
            Prefix = slash < 0 ? "" : rest[(slash + 1)..].Trim('/'),
            Endpoint = settings.GetValueOrDefault("endpointurl"),
            Region = settings.GetValueOrDefault("region"),
            Profile = settings.GetValueOrDefault("profile"),
            CredentialsFile = settings.GetValueOrDefault("credentialpath"),
            AccessKeyId = settings.GetValueOrDefault("access_key_id"),
            SecretAccessKey = settings.GetValueOrDefault("secret_access_key"),
            SessionToken = settings.GetValueOrDefault("session_token"),
            IsAnonymous = IsTrue(settings, "allow_anonymous_login"),
            ServerSideEncryption = settings.GetValueOrDefault("sse"),
            KmsKeyId = settings.GetValueOrDefault("sse_kms_key_id"),
        };
        if (options.Endpoint is { } endpoint && !endpoint.Contains("://", StringComparison.Ordinal))
        {
            options.Endpoint = $"{(settings.ContainsKey("use_ssl") && !IsTrue(settings, "use_ssl") ? "http" : "https")}://{endpoint}";
        }

        foreach (var key in new[] { "connect_timeout", "read_timeout" })
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
    }

    private static bool IsTrue(IReadOnlyDictionary<string, string> settings, string key) => settings.TryGetValue(key, out var value) && value.Equals("true", StringComparison.OrdinalIgnoreCase);
}
