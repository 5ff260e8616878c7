using System.Collections.Immutable;

namespace Workflow.Data.Versioning;

/// <summary>A remote as it is set, all levels of settings taken together. Immutable.</summary>
public sealed record DataRemote
{
    /// <summary>Gets the name, in lower case.</summary>
    public required string Name { get; init; }

    /// <summary>Gets where it is: a URL, or the absolute path of a local folder. It may hold a password: see <see cref="DisplayUrl"/>.</summary>
    public required string Url { get; init; }

    /// <summary>Gets whether it is the default remote (<c>core.remote</c>).</summary>
    public required bool IsDefault { get; init; }

    /// <summary>Gets its other settings by key, in lower case, as texts; paths are absolute. They may hold secrets: never log them.</summary>
    public required ImmutableDictionary<string, string> Settings { get; init; }

    /// <summary>Gets the URL without password and without query, for messages.</summary>
    public string DisplayUrl => Redact(Url);

    /// <summary>Gets the name and the URL without secrets.</summary>
    /// <returns>Text for messages.</returns>
    public override string ToString() => $"{Name} ({DisplayUrl})";

    internal static string Redact(string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return url;
        }

        var query = url.IndexOf('?', StringComparison.Ordinal);
        var shown = query < 0 ? url : url[..query] + "?…";
        var host = scheme + 3;
        var end = shown.IndexOf('/', host) is var slash and >= 0 ? slash : shown.Length;
        var at = shown.LastIndexOf('@', end - 1, end - host);
        var colon = at < 0 ? -1 : shown.IndexOf(':', host, at - host);
        return colon < 0 ? shown : $"{shown[..colon]}:…{shown[at..]}";
    }
}
