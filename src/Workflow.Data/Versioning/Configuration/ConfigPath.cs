using System.Text.RegularExpressions;

namespace Workflow.Data.Versioning.Configuration;

/// <summary>Paths in settings: relative ones start from the folder of the file that holds them.</summary>
internal static partial class ConfigPath
{
    private static readonly HashSet<string> RemoteKeys = new(StringComparer.Ordinal)
    {
        "url", "gdrive_user_credentials_file", "gdrive_service_account_json_file_path", "credentialpath", "configpath", "keyfile", "cert_path", "key_path",
    };

    public static bool IsPathSetting(string kind, string key) => (kind == "cache" && key == "dir") || (kind == "remote" && RemoteKeys.Contains(key));

    public static bool IsUrl(string value) => Scheme().IsMatch(value);

    /// <summary>Replaces a leading <c>~</c> by the user's folder.</summary>
    public static string Expand(string value) => value is "~" || value.StartsWith("~/", StringComparison.Ordinal)
        ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + value[1..]
        : value;

    /// <summary>Makes a path absolute; a URL stays as it is.</summary>
    public static string Resolve(string folder, string value) => IsUrl(value) || Path.IsPathRooted(value) ? value : Path.GetFullPath(Expand(value), folder);

    [GeneratedRegex(@"^\w+://", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Scheme();
}
