namespace Workflow.Data.Versioning.Metafiles;

/// <summary>What an import follows in another repository. Immutable.</summary>
/// <param name="Path">The path there.</param>
/// <param name="Url">The repository: an address of git, or a path relative to our root.</param>
/// <param name="Revision">The branch, tag or commit that is followed; null: its default branch.</param>
/// <param name="LockedRevision">The commit that the content came from; null when it never came.</param>
internal sealed record RepositoryDependency(string Path, string Url, string? Revision, string? LockedRevision)
{
    /// <summary>Gets the remote of that repository that has the data; null: its default one.</summary>
    public string? RemoteName { get; init; }

    /// <summary>Gets whether settings are recorded that are laid over those of the other repository, which is not supported here.</summary>
    public bool HasSettings { get; init; }

    public static RepositoryDependency? Read(YamlMapping document)
    {
        if (document.Find("deps") is not YamlSequence { Items: [YamlMapping dependency] } || dependency.Find("repo") is not YamlMapping repository
            || dependency.Find("path") is not YamlScalar path || repository.Find("url") is not YamlScalar url)
        {
            return null;
        }

        return new RepositoryDependency(path.Text, url.Text, (repository.Find("rev") as YamlScalar)?.Text, (repository.Find("rev_lock") as YamlScalar)?.Text)
        {
            RemoteName = (repository.Find("remote") as YamlScalar)?.Text,
            HasSettings = repository.Find("config") is not null || repository.Find("remote") is YamlMapping,
        };
    }

    /// <summary>Refuses what cannot be followed here.</summary>
    /// <exception cref="DvcException">It has settings of its own.</exception>
    public void Check()
    {
        if (HasSettings)
        {
            throw new DvcException($"The import of '{Path}' from '{Url}' records settings of its own ('config', or settings in 'remote'), which are not supported here. Use DVC itself for it, or name a remote that the other repository has.");
        }
    }
}
