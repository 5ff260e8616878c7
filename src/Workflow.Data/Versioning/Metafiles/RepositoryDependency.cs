namespace Workflow.Data.Versioning.Metafiles;

/// <summary>What an import follows in another repository. Immutable.</summary>
/// <param name="Path">The path there.</param>
/// <param name="Url">The repository: an address of git, or a path relative to our root.</param>
/// <param name="Revision">The branch, tag or commit that is followed; null: its default branch.</param>
/// <param name="LockedRevision">The commit that the content came from; null when it never came.</param>
internal sealed record RepositoryDependency(string Path, string Url, string? Revision, string? LockedRevision)
{
    public static RepositoryDependency? Read(YamlMapping document)
    {
        if (document.Find("deps") is not YamlSequence { Items: [YamlMapping dependency] } || dependency.Find("repo") is not YamlMapping repository
            || dependency.Find("path") is not YamlScalar path || repository.Find("url") is not YamlScalar url)
        {
            return null;
        }

        return new RepositoryDependency(path.Text, url.Text, (repository.Find("rev") as YamlScalar)?.Text, (repository.Find("rev_lock") as YamlScalar)?.Text);
    }
}
