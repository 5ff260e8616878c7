using System.Collections.Frozen;

namespace Workflow.Data.Versioning.Configuration;

/// <summary>The keys that a remote may have, by the scheme of its url.</summary>
internal static class RemoteKeys
{
    private const string CommonBooleans = " worktree no_traverse version_aware verify";
    private const string CommonNumbers = "checksum_jobs jobs";

    private static readonly FrozenDictionary<string, SettingKind> Http = Make("custom_auth_header user password ssl_verify method", "ask_password")
        .With(("auth", SettingKind.HttpAuthentication), ("connect_timeout", SettingKind.Seconds), ("read_timeout", SettingKind.Seconds));

    private static readonly FrozenDictionary<string, SettingKind> Webdav =
        Make("user password token bearer_token_command custom_auth_header cert_path key_path ssl_verify", "ask_password").With(("timeout", SettingKind.Integer));

    private static readonly FrozenDictionary<string, FrozenDictionary<string, SettingKind>> BySchema = new Dictionary<string, FrozenDictionary<string, SettingKind>>(StringComparer.Ordinal)
    {
        [""] = Make("", "protected slow_link_warning").With(("type", SettingKind.LinkTypes), ("shared", SettingKind.Group)),
        ["s3"] = Make(
            "region profile credentialpath configpath endpointurl access_key_id secret_access_key session_token ssl_verify sse sse_kms_key_id sse_customer_algorithm sse_customer_key acl grant_read grant_read_acp grant_write_acp grant_full_control",
            "listobjects use_ssl allow_anonymous_login cache_regions").With(("read_timeout", SettingKind.Integer), ("connect_timeout", SettingKind.Integer)),
        ["gs"] = Make("projectname credentialpath endpointurl", "allow_anonymous_login"),
        ["ssh"] = Make("user password passphrase keyfile", "ask_password ask_passphrase gss_auth allow_agent")
            .With(("type", SettingKind.LinkTypes), ("port", SettingKind.Integer), ("timeout", SettingKind.Integer), ("max_sessions", SettingKind.Integer)),
        ["hdfs"] = Make("user kerb_ticket", "").With(("replication", SettingKind.Integer)),
        ["webhdfs"] = Make("kerberos_principal proxy_to ssl_verify token user password data_proxy_target", "kerberos use_https"),
        ["azure"] = Make(
            "connection_string sas_token account_name account_key tenant_id client_id client_secret",
            "allow_anonymous_login exclude_environment_credential exclude_visual_studio_code_credential exclude_shared_token_cache_credential exclude_managed_identity_credential")
            .With(("timeout", SettingKind.Integer), ("read_timeout", SettingKind.Integer), ("connection_timeout", SettingKind.Integer)),
        ["oss"] = Make("oss_key_id oss_key_secret oss_endpoint", ""),
        ["gdrive"] = Make(
            "profile gdrive_client_id gdrive_client_secret gdrive_user_credentials_file gdrive_service_account_user_email gdrive_service_account_json_file_path",
            "gdrive_use_service_account gdrive_trash_only gdrive_acknowledge_abuse"),
        ["http"] = Http,
        ["https"] = Http,
        ["webdav"] = Webdav,
        ["webdavs"] = Webdav,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> Schemes => BySchema.Keys.Where(static s => s.Length > 0).Order(StringComparer.Ordinal);

    /// <summary>Gets the keys; null for an unknown scheme.</summary>
    /// <param name="scheme">In lower case; empty for a path.</param>
    public static FrozenDictionary<string, SettingKind>? Of(string scheme) => BySchema.GetValueOrDefault(scheme);

    private static FrozenDictionary<string, SettingKind> Make(string texts, string booleans) => ConfigSchema.Keys("url " + texts, booleans + CommonBooleans, CommonNumbers);
}
