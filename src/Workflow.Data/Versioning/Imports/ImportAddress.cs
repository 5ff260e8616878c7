using System.Collections.Immutable;

namespace Workflow.Data.Versioning.Imports;

/// <summary>Where an import comes from that is no repository, as its <c>.dvc</c> file says it. Immutable.</summary>
/// <param name="Text">A path, <c>remote://NAME/path</c> or a URL.</param>
/// <param name="Folder">The absolute folder that a path starts from: that of the output.</param>
/// <param name="Settings">Of the store (<c>fs_config</c>), by DVC's names in lower case.</param>
internal sealed record ImportAddress(string Text, string Folder, ImmutableDictionary<string, string> Settings)
{
    private const string RemoteScheme = "remote";

    /// <summary>Gets the part before <c>://</c>, in lower case; empty for a path.</summary>
    public string Scheme => Storage.BlobStoreAddress.SchemeOf(Text);

    public bool IsPath => Scheme.Length == 0;

    public bool IsRemote => Scheme == RemoteScheme;

    public bool IsHttp => Scheme is "http" or "https";

    /// <summary>Gets what it is called in messages: no password and no query.</summary>
    public string Shown => DataRemote.Redact(Text);

    /// <summary>Gets the last name in it, which the output has when none is given; empty when there is none.</summary>
    public string Name
    {
        get
        {
            var path = Text;
            if (!IsPath)
            {
                path = path[(Scheme.Length + "://".Length)..];
                path = path[(path.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0 ? slash : path.Length)..];
                path = path.Split('?', '#')[0];
            }

            var name = RepositoryPath.NameOf(path.TrimEnd('/'));
            return name is "." or ".." ? "" : name;
        }
    }

    /// <summary>Whether two addresses say the same; the settings are compared by content.</summary>
    public bool Equals(ImportAddress? other) => other is not null && Text == other.Text && Folder == other.Folder
        && Settings.Count == other.Settings.Count && Settings.All(s => other.Settings.TryGetValue(s.Key, out var value) && value == s.Value);

    public override int GetHashCode() => HashCode.Combine(Text, Folder);
}
