using Apache.Arrow;
using Workflow.Features.Views;

namespace Workflow.Features.Joins.Spilling;

/// <summary>The views of one entity and source: what is split by one key. After the join: their features, part by part, and the part of each label row.</summary>
/// <param name="views">The views.</param>
/// <param name="name">The beginning of the names of its files.</param>
internal sealed class SpilledGroup(IReadOnlyList<ServiceView> views, string name)
{
    private readonly List<PartCursor> _cursors = [];

    public IReadOnlyList<ServiceView> Views => views;

    public string Name => name;

    public FeatureView View => views[0].View;

    /// <summary>Gets whether the events can be split by key: not where they have versions, for a later one may have another key and still ends the one before.</summary>
    public bool CanSplit => !View.Entity.Keys.IsEmpty && View.EventId.IsEmpty;

    /// <summary>Gets the partition of each label row.</summary>
    public byte[] Assigned { get; set; } = [];

    /// <summary>Gets the features of each partition's rows.</summary>
    public List<SpillTable> Parts { get; } = [];

    /// <summary>Gets the statuses of each partition's rows, by column.</summary>
    public List<IReadOnlyDictionary<string, RowStatuses>> Statuses { get; } = [];

    /// <summary>Groups the views of a service.</summary>
    public static List<SpilledGroup> Of(FeatureService service) =>
    [
        .. service.Views.GroupBy(static v => string.Join('\n', v.View.Entity.Keys.SelectMany(k => new[] { k.Name, k.Type.ToString(), v.View.KeyColumn(k) }).Prepend(v.View.Source).Append(v.View.EventId.IsEmpty ? "" : "versions")), StringComparer.Ordinal)
            .Select(static (g, i) => new SpilledGroup([.. g], $"group-{i}")),
    ];

    public void Open(CancellationToken cancellationToken) => _cursors.AddRange(Parts.Select(p => new PartCursor(p, cancellationToken)));

    /// <summary>Gives the features of the next label rows.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many.</param>
    /// <param name="columns">Gets each column under its name.</param>
    public async Task TakeAsync(int first, int count, Dictionary<string, IArrowArray> columns)
    {
        var counts = new int[Parts.Count];
        foreach (var part in Assigned.AsSpan(first, count))
        {
            counts[part]++;
        }

        var pieces = new List<RecordBatch>();
        try
        {
            var next = new int[Parts.Count];
            for (var part = 0; part < counts.Length; part++)
            {
                next[part] = part == 0 ? 0 : next[part - 1] + counts[part - 1];
                await _cursors[part].TakeAsync(counts[part], pieces).ConfigureAwait(false);
            }

            var rows = new int[count];
            for (var i = 0; i < count; i++)
            {
                rows[i] = next[Assigned[first + i]]++;
            }

            for (var c = 0; c < Parts[0].Schema.FieldsList.Count; c++)
            {
                var field = Parts[0].Schema.FieldsList[c];
                using var picker = new RowPicker(field.DataType, [.. pieces.Select(p => p.Column(c))]);
                columns.Add(field.Name, ArrowArrayFactory.BuildArray(picker.Pick(rows)));
            }
        }
        finally
        {
            pieces.ForEach(static p => p.Dispose());
        }
    }

    /// <summary>Gives the statuses in the order of the label rows.</summary>
    public void MergeStatuses(Dictionary<string, RowStatuses> target)
    {
        var merged = new Dictionary<RowStatuses, RowStatuses>(ReferenceEqualityComparer.Instance);
        foreach (var column in Statuses[0].Keys)
        {
            if (!merged.TryGetValue(Statuses[0][column], out var statuses))
            {
                var parts = Statuses.Select(p => p[column]).ToArray();
                var (next, all) = (new int[parts.Length], new byte[Assigned.Length]);
                for (var row = 0; row < all.Length; row++)
                {
                    all[row] = parts[Assigned[row]][next[Assigned[row]]++];
                }

                merged.Add(Statuses[0][column], statuses = new RowStatuses(all));
            }

            target.Add(column, statuses);
        }
    }

    public async Task CloseAsync()
    {
        foreach (var cursor in _cursors)
        {
            await cursor.DisposeAsync().ConfigureAwait(false);
        }

        _cursors.Clear();
    }
}
