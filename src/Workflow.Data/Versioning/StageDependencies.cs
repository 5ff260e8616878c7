using Workflow.Data.Versioning.Metafiles;

namespace Workflow.Data.Versioning;

/// <summary>Adds to selected outputs those that their stages are made from, and those that these are made from (<c>--with-deps</c>).</summary>
internal sealed class StageDependencies(RepositoryContext context, OutputCatalog catalog)
{
    private readonly Dictionary<string, YamlMapping?> _documents = new(StringComparer.Ordinal);

    public IReadOnlyList<SelectedOutput> Add(IReadOnlyList<SelectedOutput> selected)
    {
        var found = selected.ToDictionary(static s => (s.Output.Path, s.Output.MetafilePath));
        var pending = new Queue<TrackedOutput>(selected.Select(static s => s.Output));
        while (pending.TryDequeue(out var output))
        {
            foreach (var needed in DependenciesOf(output).SelectMany(Covering))
            {
                if (found.TryAdd((needed.Path, needed.MetafilePath), new SelectedOutput(needed, [])))
                {
                    pending.Enqueue(needed);
                }
            }
        }

        return [.. found.Values];
    }

    private IEnumerable<TrackedOutput> Covering(string path) =>
        catalog.Outputs.Where(o => o.Path == path || RepositoryPath.IsInside(path, o.Path) || RepositoryPath.IsInside(o.Path, path));

    private IEnumerable<string> DependenciesOf(TrackedOutput output)
    {
        if (output.StageName is null || Document(output.MetafilePath)?.Find("stages") is not YamlMapping stages)
        {
            return [];
        }

        var name = stages.Find(output.StageName) is null && output.StageName.IndexOf('@', StringComparison.Ordinal) is var at and > 0 ? output.StageName[..at] : output.StageName;
        var stage = stages.Find(name) as YamlMapping;
        stage = stage?.Find("do") as YamlMapping ?? stage;
        var folder = Path.Combine(context.Root, RepositoryPath.FolderOf(output.MetafilePath), (stage?.Find("wdir") as YamlScalar)?.Text ?? "");
        return (stage?.Find("deps") as YamlSequence)?.Items.OfType<YamlScalar>().Select(d => RepositoryPath.TryResolve(context.Root, folder, d.Text)).OfType<string>() ?? [];
    }

    private YamlMapping? Document(string path)
    {
        if (!_documents.TryGetValue(path, out var document))
        {
            _documents[path] = document = YamlReader.Read(path, File.ReadAllBytes(context.FullPath(path)), out _);
        }

        return document;
    }
}
