using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning;

/// <summary>Finds paths that went away while another of the same content appeared.</summary>
internal static class RenameDetection
{
    /// <summary>Takes the pairs out of both lists: the first deletion in the order of paths goes with the first addition of the same content.</summary>
    /// <param name="added">New paths; sorted, and those that were renamed to taken out.</param>
    /// <param name="deleted">Paths that are gone; sorted, and those that were renamed taken out.</param>
    public static List<(DataEntry Old, DataEntry New)> Take(List<DataEntry> added, List<DataEntry> deleted)
    {
        added.Sort(ComparePaths);
        deleted.Sort(ComparePaths);
        var byContent = new Dictionary<(string, bool), Queue<DataEntry>>();
        foreach (var deletion in deleted.Where(static d => d.Id is not null))
        {
            var key = (deletion.Id!, deletion.IsLegacy);
            if (!byContent.TryGetValue(key, out var queue))
            {
                byContent[key] = queue = new Queue<DataEntry>();
            }

            queue.Enqueue(deletion);
        }

        var renamed = new List<(DataEntry Old, DataEntry New)>();
        foreach (var addition in added.Where(static a => a.Id is not null))
        {
            if (byContent.TryGetValue((addition.Id!, addition.IsLegacy), out var queue) && queue.TryDequeue(out var deletion))
            {
                renamed.Add((deletion, addition));
            }
        }

        var gone = renamed.Select(static r => r.Old).ToHashSet(ReferenceEqualityComparer.Instance);
        var appeared = renamed.Select(static r => r.New).ToHashSet(ReferenceEqualityComparer.Instance);
        added.RemoveAll(appeared.Contains);
        deleted.RemoveAll(gone.Contains);
        return renamed;
    }

    // By parts, as Python compares tuples: "a/b" before "a b" is decided by "a" against "a b".
    private static int ComparePaths(DataEntry left, DataEntry right)
    {
        var a = left.Path.Split('/');
        var b = right.Path.Split('/');
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            if (CodePointComparer.Instance.Compare(a[i], b[i]) is var order and not 0)
            {
                return order;
            }
        }

        return a.Length - b.Length;
    }
}
