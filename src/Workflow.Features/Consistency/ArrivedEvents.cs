using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Apache.Arrow;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Views;

namespace Workflow.Features.Consistency;

/// <summary>A source with one more column: when a view could really have known each row, the later of being available and having come.</summary>
internal sealed class ArrivedEvents : TableSource
{
    /// <summary>The name of the column.</summary>
    public const string Known = "workflow:known";

    private readonly TableSource _source;
    private readonly FeatureView _view;
    private readonly string _arrived;

    public ArrivedEvents(TableSource source, FeatureView view, string arrived)
    {
        (_source, _view, _arrived) = (source, view, arrived);
        var required = new ColumnRequirements();
        required.Time(arrived);
        required.Check(source.Schema, $"the arrival of {source.Describe()}");
        Schema = new Schema([.. source.Schema.FieldsList, new Field(Known, TimeColumn.Type, nullable: true)], source.Schema.Metadata);
    }

    public override Schema Schema { get; }

    public override long? RowCount => _source.RowCount;

    public override string Describe() => _source.Describe();

    protected override async IAsyncEnumerable<RecordBatch> ReadCoreAsync(ImmutableArray<int> columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var schema = new Schema([.. columns.Select(i => Schema.FieldsList[i])], Schema.Metadata);
        var names = schema.FieldsList.Select(static f => f.Name).Where(static n => n != Known);
        var required = new ColumnRequirements();
        ColumnRequirements.OfSource(_view, required);
        var rows = new EventRows(_view);
        var reader = new ColumnReader(_source.Describe());
        await foreach (var batch in _source.ReadAsync([.. names.Union(required.Names, StringComparer.Ordinal).Union([_arrived], StringComparer.Ordinal)], cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                reader.Next(batch);
                var known = new long[batch.Length];
                rows.Available(batch, reader, known);
                var arrived = reader.Times(batch, _arrived);
                for (var row = 0; row < known.Length; row++)
                {
                    known[row] = known[row] == FeatureTime.Never || arrived[row] == FeatureTime.Never ? FeatureTime.Never : Math.Max(known[row], arrived[row]);
                }

                using var result = TimeColumn.Of(known);
                yield return new RecordBatch(schema, [.. schema.FieldsList.Select(f => SharedArray.Of(f.Name == Known ? result : batch.Column(f.Name)))], batch.Length);
            }
        }
    }
}
