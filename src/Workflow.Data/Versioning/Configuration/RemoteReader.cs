using System.Collections.Immutable;

namespace Workflow.Data.Versioning.Configuration;

/// <summary>Puts together what is in force for one remote.</summary>
internal static class RemoteReader
{
    private const string Reference = "remote://";
    private const int LongestChain = 16;

    /// <summary>Gets a remote.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="name">Its name; null: the default one.</param>
    /// <exception cref="DvcException">There is none of that name, or no default.</exception>
    public static DataRemote Read(DvcConfiguration configuration, string? name)
    {
        var wanted = (name ?? configuration.DefaultRemote)?.ToLowerInvariant()
            ?? throw new DvcException("There is no default remote. Name one (-r NAME), or set it: workflow data remote default NAME");
        var settings = Effective(configuration, wanted, [])
            ?? throw new DvcException($"There is no remote '{wanted}'. Known are: {(configuration.RemoteNames.Count == 0 ? "none" : string.Join(", ", configuration.RemoteNames))}.");
        return new DataRemote
        {
            Name = wanted,
            Url = settings.GetValueOrDefault("url") ?? throw new DvcException($"The remote '{wanted}' has no url. Set one: workflow data remote modify {wanted} url URL"),
            IsDefault = wanted == configuration.DefaultRemote,
            Settings = settings.Remove("url"),
        };
    }

    // remote://other/path: the settings of the other one, its url with the path below, and what is set here on top.
    private static ImmutableDictionary<string, string>? Effective(DvcConfiguration configuration, string name, ImmutableArray<string> seen)
    {
        if (configuration.Remote(name) is not { } settings)
        {
            return null;
        }

        var values = settings.ToImmutableDictionary(
            static s => s.Key,
            static s => ConfigPath.IsPathSetting("remote", s.Key) ? ConfigPath.Resolve(s.Value.Folder, s.Value.Value.Text) : s.Value.Value.Text,
            StringComparer.Ordinal);
        if (values.GetValueOrDefault("url") is not { } url || !url.StartsWith(Reference, StringComparison.Ordinal))
        {
            return values;
        }

        var rest = url[Reference.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var other = (slash < 0 ? rest : rest[..slash]).ToLowerInvariant();
        if (seen.Length == LongestChain || seen.Contains(other) || other == name)
        {
            throw new DvcException($"The url of the remote '{name}' leads back to itself ({url}). Give one of them a place of its own.");
        }

        var below = Effective(configuration, other, seen.Add(name)) ?? throw new DvcException($"The url of the remote '{name}' ({url}) names the remote '{other}', which does not exist.");
        var path = slash < 0 ? "" : rest[(slash + 1)..];
        var joined = path.Length == 0 ? below.GetValueOrDefault("url") : below.GetValueOrDefault("url")?.TrimEnd('/') + "/" + path;
        return joined is null ? below : below.SetItems(values.Remove("url")).SetItem("url", joined);
    }
}
