using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;
using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>The events of one source, read once for all of its views: times, availabilities, inputs and keys, column by column.</summary>
internal sealed class EventTable : IDisposable
{
    private readonly List<Column> _columns = [];
    private readonly List<KeptColumn> _kept = [];
    private readonly Schema _schema;
    private readonly string _table;
    private readonly ColumnRequirements _required = new();
    private int _rows;

    /// <summary>Prepares what the views need.</summary>
    /// <param name="parts">Parts of views of this source, each with the features that are wanted.</param>
    /// <param name="source">Read by <see cref="LoadAsync"/>; its schema is checked here.</param>
    /// <param name="streamsLatest">False keeps whole columns of events for the newest rows of every view, as is done for views in which events have versions.</param>
    /// <exception cref="SchemaMismatchException">The source lacks columns; every difference is listed.</exception>
    public EventTable(IReadOnlyList<ViewPart> parts, TableSource source, bool streamsLatest = true)
    {
        (_table, _schema) = (source.Describe(), source.Schema);
        List<FeatureView> views = [.. parts.Select(static p => p.View.View).Distinct()];
        foreach (var view in views)
        {
            ColumnRequirements.OfSource(view, _required);
        }

        _required.Check(source.Schema, $"feature views {string.Join(", ", views.Select(static v => $"'{v.Name}'"))} over {_table}");
        Views = [.. parts.Select(p => p with { View = p.View with { Latest = Streams(p) ? [] : p.View.Latest } }).Where(static p => !p.View.Features.IsEmpty || !p.View.Latest.IsEmpty).Select(p => new ViewEvents(p, this))];
        Newest = [.. parts.Where(p => !p.View.Latest.IsEmpty && Streams(p)).Select(p => new NewestEvents(p, this))];

        // Which versions of an event there are, only all rows together tell.
        bool Streams(ViewPart part) => streamsLatest && part.View.View.EventId.IsEmpty;
    }

    /// <summary>Gets the views, with their keys.</summary>
    public IReadOnlyList<ViewEvents> Views { get; }

    /// <summary>Gets the parts of views whose newest rows are found while the source is read.</summary>
    public IReadOnlyList<NewestEvents> Newest { get; }

    public async Task LoadAsync(TableSource source, CancellationToken cancellationToken)
    {
        var reader = new ColumnReader(_table);
        if (source.RowCount is { } expected)
        {
            _columns.ForEach(c => c.Reserve(checked((int)expected)));
        }

        await foreach (var batch in source.ReadAsync(_required.Names, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                reader.Next(batch);
                var rows = checked(_rows + batch.Length);
                foreach (var column in _columns)
                {
                    column.Reserve(rows);
                    column.Read(batch, reader, _rows);
                }

                foreach (var newest in Newest)
                {
                    await newest.ReadAsync(batch, reader, _rows).ConfigureAwait(false);
                }

                _kept.ForEach(k => k.Read(batch, reader));
                _rows = rows;
            }
        }

        foreach (var view in Views)
        {
            view.Group(_rows);
        }
    }

    /// <summary>Gives up the arrays that are kept.</summary>
    public void Dispose() => _kept.ForEach(static k => k.Dispose());

    /// <summary>Keeps a column's arrays as they come, once whatever the number of views that need it.</summary>
    /// <param name="name">The source column's name, or what identifies the formula.</param>
    /// <param name="formula">Computes the column; null for one of the source.</param>
    internal KeptColumn Keep(string name, Expression? formula)
    {
        var known = _kept.Find(k => k.Name == name && k.Formula?.ToString() == formula?.ToString());
        if (known is null)
        {
            known = new KeptColumn(name, formula, formula is null ? _schema.GetFieldByName(name).DataType : DoubleType.Default);
            _kept.Add(known);
        }

        return known;
    }

    /// <summary>Gives a column that is read at most once whatever the number of views that need it.</summary>
    internal Column<T> Share<T>(string key, Action<RecordBatch, ColumnReader, Span<T>> read)
    {
        var known = _columns.OfType<Column<T>>().FirstOrDefault(c => c.Key == key);
        if (known is null)
        {
            known = new Column<T>(key, read);
            _columns.Add(known);
        }

        return known;
    }

    /// <summary>A column whose values pass through: its arrays, in order.</summary>
    internal sealed class KeptColumn(string name, Expression? formula, IArrowType type) : IDisposable
    {
        public string Name => name;

        public Expression? Formula => formula;

        public IArrowType Type => type;

        public List<IArrowArray> Arrays { get; } = [];

        public void Read(RecordBatch batch, ColumnReader reader)
        {
            if (formula is null)
            {
                Arrays.Add(ArrowArrayFactory.BuildArray(batch.Column(name).Data.SliceShared(0, batch.Length)));
                return;
            }

            var values = new double[batch.Length];
            formula.Evaluate(batch, reader, values);
            var builder = new DoubleArray.Builder().Reserve(values.Length);
            foreach (var value in values)
            {
                _ = Missing.Is(value) ? builder.AppendNull() : builder.Append(value);
            }

            Arrays.Add(builder.Build());
        }

        public void Dispose()
        {
            Arrays.ForEach(static a => a.Dispose());
            Arrays.Clear();
        }
    }

    internal abstract class Column
    {
        public abstract void Reserve(int rows);

        public abstract void Read(RecordBatch batch, ColumnReader reader, int at);
    }

    /// <summary>A growing column.</summary>
    internal sealed class Column<T>(string key, Action<RecordBatch, ColumnReader, Span<T>> read) : Column
    {
        public string Key => key;

        public T[] Values { get; private set; } = [];

        public override void Reserve(int rows)
        {
            if (rows > Values.Length)
            {
                var grown = GC.AllocateUninitializedArray<T>((int)Math.Min(System.Array.MaxLength, Math.Max(rows, 3L * Values.Length / 2)));
                Values.CopyTo(grown, 0);
                Values = grown;
            }
        }

        public override void Read(RecordBatch batch, ColumnReader reader, int at) => read(batch, reader, Values.AsSpan(at, batch.Length));

        public void Drop() => Values = [];
    }
}
