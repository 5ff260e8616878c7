using System.Text;
using Workflow.Data.Storage;

namespace Workflow.Data.Registry.Webhooks;

/// <summary>Which addresses may be called.</summary>
internal static class WebhookTarget
{
    public static ContentDigest Digest(string url) => ContentDigest.Of(Encoding.UTF8.GetBytes(url));

    /// <summary>Gives what of an address may be shown: paths and queries hold tokens at some receivers.</summary>
    public static string Origin(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : "(no address)";

    /// <summary>Says what is wrong with an address; null where it may be called.</summary>
    public static string? Problem(string url, WebhookOptions options)
    {
        if (url.Length > 2000 || !Uri.TryCreate(url, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
        {
            return "Expected an absolute http or https address of at most 2,000 characters.";
        }

        if (uri.UserInfo.Length > 0)
        {
            return $"The address at {uri.Host} holds a user or password: the signature tells who calls, leave them out.";
        }

        if (uri.IsLoopback)
        {
            return null;
        }

        if (!options.AllowedHosts.Any(allowed => Matches(uri.IdnHost, allowed)))
        {
            return $"The host '{uri.Host}' is not in Workflow:Data:Webhooks:AllowedHosts ({(options.AllowedHosts.Count == 0 ? "empty" : string.Join(", ", options.AllowedHosts))}); only loopback needs no entry.";
        }

        return uri.Scheme == Uri.UriSchemeHttps ? null : $"The host '{uri.Host}' must be called over https.";
    }

    private static bool Matches(string host, string allowed) => allowed.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(allowed[1..], StringComparison.OrdinalIgnoreCase) && host.Length > allowed.Length - 1
        : host.Equals(allowed, StringComparison.OrdinalIgnoreCase);
}
