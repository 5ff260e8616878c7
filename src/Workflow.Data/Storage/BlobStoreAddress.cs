using System.Collections.ObjectModel;

namespace Workflow.Data.Storage;

/// <summary>Where a blob store is and how it is reached, as the settings of a DVC remote say it. Immutable.</summary>
/// <remarks>May hold secrets: not for logs.</remarks>
public sealed class BlobStoreAddress
{
    /// <summary>Creates an address.</summary>
    /// <param name="url">For example <c>s3://bucket/prefix</c>.</param>
    /// <param name="settings">The other settings of the remote, by DVC's names in lower case; paths are absolute; null: none.</param>
    public BlobStoreAddress(string url, IReadOnlyDictionary<string, string>? settings = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(url);
        (Url, Settings) = (url, settings ?? ReadOnlyDictionary<string, string>.Empty);
    }

    /// <summary>Gets the address.</summary>
    public string Url { get; }

    /// <summary>Gets the other settings of the remote, by DVC's names in lower case, for example <c>endpointurl</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>Gets the part of the address before <c>://</c>, in lower case; empty for a path.</summary>
    public string Scheme => SchemeOf(Url);

    /// <summary>Gets the part before <c>://</c> of any address.</summary>
    /// <param name="url">An address or a path.</param>
    /// <returns>In lower case; empty for a path.</returns>
    public static string SchemeOf(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return url.IndexOf("://", StringComparison.Ordinal) is var end and > 0 ? url[..end].ToLowerInvariant() : "";
    }

    /// <inheritdoc/>
    public override string ToString() => Url;
}
