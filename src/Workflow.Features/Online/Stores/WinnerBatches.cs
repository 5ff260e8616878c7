using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;
using Workflow.Features.Joins;
using Workflow.Features.Views;

namespace Workflow.Features.Online.Stores;

/// <summary>Reads a source again and picks the rows that <see cref="NewestRows"/> found: their keys and the table's columns.</summary>
internal sealed class WinnerBatches(OnlineTable table, TableSource source)
{
    private readonly FeatureView _view = table.View;

    /// <summary>Gets the columns of the table with the types that they have in the source.</summary>
    public Schema Schema { get; } = table.HoldsWindows ? new Schema([], null) : new([.. table.Features.Select(name => new Field(name, TypeOf(table.View, name, source.Schema), nullable: true))], null);

    /// <summary>Gives the picked rows, batch by batch; the caller disposes them.</summary>
    public async IAsyncEnumerable<Picked> ReadAsync(NewestRows newest, IReadOnlyList<string> columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (rows, times, ranks) = newest.Winners();
        var reader = new ColumnReader(source.Describe());
        var (at, first) = (0, 0L);
        await foreach (var batch in source.ReadAsync(columns, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                var start = at;
                reader.Next(batch);
                for (; at < rows.Length && rows[at] < first + batch.Length; at++)
                {
                }

                if (at > start)
                {
                    yield return Pick(batch, reader, [.. rows.AsSpan(start, at - start).ToArray().Select(r => (int)(r - first))]) with { Times = times[start..at], Ranks = ranks[start..at] };
                }

                first += batch.Length;
            }
        }

        if (first != newest.SourceRows)
        {
            throw new InvalidDataException($"{source.Describe()} changed while it was read: it had {newest.SourceRows} rows and now has {first}. Run again; rows that were written are right or will be replaced.");
        }
    }

    private Picked Pick(RecordBatch batch, ColumnReader reader, int[] rows)
    {
        var keys = _view.Entity.Keys.Select(k => (k.Name, Array: Pick(batch.Column(_view.KeyColumn(k)), rows))).ToList();
        var values = Schema.FieldsList.Select(f => Value(f.Name, batch, reader, rows)).ToArray();
        return new Picked(
            new RecordBatch(new Schema([.. keys.Select(static k => new Field(k.Name, k.Array.Data.DataType, nullable: false))], null), keys.Select(static k => k.Array), rows.Length),
            new RecordBatch(Schema, values, rows.Length));
    }

    private IArrowArray Value(string feature, RecordBatch batch, ColumnReader reader, int[] rows)
    {
        var column = _view.Latest.First(f => f.Name == feature).Column;
        if (_view.Formula(column) is not { } formula)
        {
            return Pick(batch.Column(column), rows);
        }

        var numbers = new double[batch.Length];
        formula.Evaluate(batch, reader, numbers);
        var builder = new DoubleArray.Builder().Reserve(rows.Length);
        foreach (var row in rows)
        {
            _ = Missing.Is(numbers[row]) ? builder.AppendNull() : builder.Append(numbers[row]);
        }

        return builder.Build();
    }

    private static IArrowArray Pick(IArrowArray array, int[] rows)
    {
        using var picker = new RowPicker(array.Data.DataType, [array]);
        return ArrowArrayFactory.BuildArray(picker.Pick(rows));
    }

    private static IArrowType TypeOf(FeatureView view, string feature, Schema schema)
    {
        var column = view.Latest.First(f => f.Name == feature).Column;
        return view.Formula(column) is null ? RowPicker.Result(schema.GetFieldByName(column).DataType) : DoubleType.Default;
    }

    /// <summary>Some picked rows.</summary>
    internal sealed record Picked(RecordBatch Keys, RecordBatch Values) : IDisposable
    {
        public long[] Times { get; init; } = [];

        public long[] Ranks { get; init; } = [];

        public void Dispose()
        {
            Keys.Dispose();
            Values.Dispose();
        }
    }
}
