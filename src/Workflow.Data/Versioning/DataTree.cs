namespace Workflow.Data.Versioning;

/// <summary>A state of the tracked data as a tree of names.</summary>
internal sealed class DataTree
{
    private Dictionary<string, DataTree>? _children;

    public DataEntry? Entry { get; private set; }

    /// <summary>Gets or sets whether what lies below is not known, because the list of files cannot be read.</summary>
    public bool IsUnreadable { get; set; }

    public IReadOnlyDictionary<string, DataTree> Children => _children ?? Empty;

    private static Dictionary<string, DataTree> Empty { get; } = [];

    /// <summary>Gets the id of what is at a path; null when nothing is.</summary>
    public string? Find(string path)
    {
        var node = this;
        foreach (var name in path.Split('/'))
        {
            if (!node.Children.TryGetValue(name, out node!))
            {
                return null;
            }
        }

        return node.Entry?.Id;
    }

    /// <summary>Puts an entry at its path; folders above it that are not there yet get entries without content.</summary>
    public DataTree Add(DataEntry entry)
    {
        var node = this;
        for (var start = 0; start <= entry.Path.Length;)
        {
            var slash = entry.Path.IndexOf('/', start);
            var end = slash < 0 ? entry.Path.Length : slash;
            node._children ??= new(StringComparer.Ordinal);
            var name = entry.Path[start..end];
            if (!node._children.TryGetValue(name, out var child))
            {
                node._children[name] = child = new DataTree();
            }

            if (slash >= 0)
            {
                child.Entry ??= new DataEntry(entry.Path[..end], IsFolder: true, Id: null, IsLegacy: false);
            }

            node = child;
            start = end + 1;
        }

        node.Entry = entry;
        return node;
    }
}
