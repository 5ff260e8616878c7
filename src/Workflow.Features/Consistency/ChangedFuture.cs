using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Apache.Arrow;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Views;

namespace Workflow.Features.Consistency;

/// <summary>A source in which everything that cannot be known at a moment is different.</summary>
internal sealed class ChangedFuture : TableSource
{
    private readonly TableSource _source;
    private readonly FutureRule[] _rules;
    private readonly string[] _needed;
    private readonly string[] _keys;
    private readonly string[] _alterable;
    private long _changed;

    public ChangedFuture(TableSource source, IReadOnlyList<FeatureView> views, Availability? honest)
    {
        _source = source;
        _rules = [.. views.Select(v => new FutureRule(v, honest ?? v.Availability))];
        var fixedColumns = new HashSet<string>(_rules.SelectMany(static r => r.Columns).Concat(views.SelectMany(static v => v.Availability.Columns)), StringComparer.Ordinal);
        _needed = [.. _rules.SelectMany(static r => r.Columns).Distinct(StringComparer.Ordinal)];
        _keys = [.. views.SelectMany(static v => v.Entity.Keys.Select(v.KeyColumn)).Distinct(StringComparer.Ordinal)];

        // What decides when an event can be known stays: a changed event must remain one of the future.
        _alterable = [.. views.SelectMany(static v => v.Features.SelectMany(static f => f.Aggregate.Inputs).Concat(v.Latest.Select(static f => f.Column)).SelectMany(i => v.Formula(i)?.Columns ?? [i])
                .Concat(v.Conditions.SelectMany(static c => c.Columns)))
            .Distinct(StringComparer.Ordinal).Where(n => !fixedColumns.Contains(n) && !_keys.Contains(n, StringComparer.Ordinal))];
        var required = new ColumnRequirements();
        foreach (var view in views)
        {
            ColumnRequirements.OfSource(view, required);
        }

        if (honest?.Column is { } column)
        {
            required.Time(column);
        }

        required.Numbers(honest?.Seconds?.Columns ?? []);
        required.Check(source.Schema, $"the honest availability of {source.Describe()}");
    }

    public required long Moment { get; init; }

    /// <summary>Gets whether inputs are altered; else the events are taken away.</summary>
    public required bool Alters { get; init; }

    public required long Seed { get; init; }

    public long EventsChanged => Interlocked.Read(ref _changed);

    public override Schema Schema => _source.Schema;

    public override long? RowCount => _source.RowCount;

    public override string Describe() => _source.Describe() + $", changed after {FeatureTime.ToDateTime(Moment):O}";

    protected override async IAsyncEnumerable<RecordBatch> ReadCoreAsync(ImmutableArray<int> columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var names = columns.Select(i => Schema.FieldsList[i].Name).ToArray();
        var schema = new Schema([.. columns.Select(i => Schema.FieldsList[i])], Schema.Metadata);
        var reader = new ColumnReader(_source.Describe());
        var batchNumber = 0UL;
        await foreach (var batch in _source.ReadAsync([.. names.Union(_needed, StringComparer.Ordinal)], cancellationToken).ConfigureAwait(false))
        {
            RecordBatch changed;
            using (batch)
            {
                reader.Next(batch);
                var future = Future(batch, reader);
                Interlocked.Add(ref _changed, future.Count(true));
                changed = new RecordBatch(schema, names.Select(n => Change(n, batch.Column(n), future, batchNumber)), batch.Length);
            }

            batchNumber++;
            yield return changed;
        }
    }

    private bool[] Future(RecordBatch batch, ColumnReader reader)
    {
        var future = new bool[batch.Length];
        System.Array.Fill(future, true);
        foreach (var rule in _rules)
        {
            rule.Restrict(batch, reader, Moment, future);
        }

        return future;
    }

    private IArrowArray Change(string name, IArrowArray array, bool[] future, ulong batchNumber)
    {
        var data = array.Data.Clone();
        if (!Alters && _keys.Contains(name, StringComparer.Ordinal))
        {
            return ArrowArrayFactory.BuildArray(ColumnChange.Erase(data, array, future));
        }

        return ArrowArrayFactory.BuildArray(Alters && _alterable.Contains(name, StringComparer.Ordinal) ? ColumnChange.Alter(data, future, (Seed, batchNumber)) : data);
    }
}
