using Apache.Arrow;
using Workflow.Data.Tables;
using Workflow.Features.Offline;
using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>The label table in memory: its batches pass on into the result, with the features beside them.</summary>
internal sealed class LabelRows : IDisposable
{
    private readonly FeatureService _service;
    private readonly LabelTable _labels;
    private readonly string[] _kept;
    private readonly string[] _read;
    private readonly List<RecordBatch> _batches = [];

    /// <summary>Checks the label table's schema.</summary>
    /// <exception cref="SchemaMismatchException">It lacks a column, or has one named like a feature; every difference is listed.</exception>
    public LabelRows(FeatureService service, LabelTable labels)
    {
        (_service, _labels) = (service, labels);
        var schema = labels.Rows.Schema;
        var component = $"feature service '{service.Name}' over {labels.Rows.Describe()}";
        var required = new ColumnRequirements();
        required.Time(labels.TimeColumn);
        foreach (var view in service.Views)
        {
            required.Keys(view.View.Entity);
        }

        required.Numbers(service.RequestInputs);

        required.Check(schema, component);
        _kept = [.. labels.Keep ?? schema.FieldsList.Select(static f => f.Name)];
        var clashes = _kept.Intersect(service.FeatureNames, StringComparer.Ordinal).Select(static n => new SchemaDifference(n, null, "a column named like a feature")).ToList();
        clashes.AddRange(_kept.Where(n => schema.GetFieldIndex(n) < 0).Select(static n => new SchemaDifference(n, "to be there, since it is to be kept", null)));
        if (clashes.Count > 0)
        {
            throw new SchemaMismatchException(component, [.. clashes]);
        }

        _read = [.. _kept.Union(required.Names, StringComparer.Ordinal)];
    }

    /// <summary>Gets the number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the query time of each row.</summary>
    public long[] Times { get; private set; } = [];

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await foreach (var batch in _labels.Rows.ReadAsync(_read, cancellationToken).ConfigureAwait(false))
        {
            if (batch.Length == 0)
            {
                batch.Dispose();
                continue;
            }

            _batches.Add(batch);
            Count = checked(Count + batch.Length);
        }

        Times = new long[Count];
        Starts = new int[_batches.Count];
        var reader = new ColumnReader(_labels.Rows.Describe());
        var (at, number) = (0, 0);
        foreach (var batch in _batches)
        {
            Starts[number++] = at;
            reader.Next(batch);
            reader.Times(batch, _labels.TimeColumn).AsSpan(0, batch.Length).CopyTo(Times.AsSpan(at));
            at += batch.Length;
        }
    }

    /// <summary>Gets the row with which each batch begins.</summary>
    public int[] Starts { get; private set; } = [];

    /// <summary>Numbers each row's key, adding it: events of other keys need not be looked at.</summary>
    public int[] Number(KeyIndex keys)
    {
        keys.Expected = Count;
        var numbers = GC.AllocateUninitializedArray<int>(Count);
        var at = 0;
        foreach (var batch in _batches)
        {
            keys.Number(batch, numbers.AsSpan(at, batch.Length), add: true);
            at += batch.Length;
        }

        keys.Seal();
        return numbers;
    }

    /// <summary>Computes the on-demand features.</summary>
    /// <param name="columns">Theirs.</param>
    /// <param name="stored">Gives the column of another feature.</param>
    public void ComputeOnDemand(ReadOnlySpan<FeatureColumn> columns, Func<string, OutputColumn> stored)
    {
        var reader = new ColumnReader(_labels.Rows.Describe());
        var at = 0;
        foreach (var batch in _batches)
        {
            reader.Next(batch);
            var start = at;
            OnDemandColumns.Compute(_service, new OnDemandColumns.Inputs(batch, name => stored(name).Share(start, batch.Length)), reader, at, columns);
            at += batch.Length;
        }
    }

    /// <summary>Passes the rows on, with the features; this object then holds nothing.</summary>
    public BatchTable TakeWith(OutputColumn[] features)
    {
        var schema = _labels.Rows.Schema;
        var output = new Schema([.. _kept.Select(n => schema.FieldsList[schema.GetFieldIndex(n)]), .. features.Select(static f => f.Field)], new FeatureFields(_service).Metadata(schema));
        var result = new List<RecordBatch>(_batches.Count);
        var at = 0;
        foreach (var batch in _batches)
        {
            var start = at;
            result.Add(new RecordBatch(output, [.. _kept.Select(batch.Column), .. features.Select(f => f.Share(start, batch.Length))], batch.Length));
            foreach (var name in _read.Skip(_kept.Length))
            {
                batch.Column(name).Dispose();
            }

            at += batch.Length;
        }

        System.Array.ForEach(features, static f => f.Dispose());
        _batches.Clear();
        return new BatchTable(output, result);
    }

    public void Dispose() => _batches.ForEach(static b => b.Dispose());
}
