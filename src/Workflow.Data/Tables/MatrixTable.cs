using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Workflow.Data.Tables;

/// <summary>A table some of whose columns are packed into one column of float vectors: a row-major matrix a batch.</summary>
/// <remarks>As safe for concurrent use as the packed table. Values become floats as <see cref="MatrixPacking"/> says.</remarks>
public sealed class MatrixTable : TableSource
{
    private readonly TableSource _rows;
    private readonly ImmutableArray<string> _columns;
    private readonly int _matrix;

    /// <summary>Packs columns.</summary>
    /// <param name="rows">The table. Stays the caller's.</param>
    /// <param name="columns">The matrix's columns, in order: booleans, integers or floats. At least one.</param>
    /// <param name="name">The new column's name, after those that are left: a <c>fixed_size_list&lt;float&gt;[columns.Count]</c> that is never null.</param>
    /// <exception cref="SchemaMismatchException">Columns are missing or hold no numbers; all are listed.</exception>
    /// <exception cref="ArgumentException">No column is named, one is named twice, or a column that is left has the new name.</exception>
    public MatrixTable(TableSource rows, IReadOnlyList<string> columns, string name)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (columns.Count == 0 || columns.Distinct(StringComparer.Ordinal).Count() < columns.Count)
        {
            throw new ArgumentException("A matrix has at least one column, and each once.", nameof(columns));
        }

        MatrixPacking.Check(rows.Schema, columns);
        (_rows, _columns) = (rows, [.. columns]);
        List<Field> left = [.. rows.Schema.FieldsList.Where(f => !_columns.Contains(f.Name, StringComparer.Ordinal))];
        if (left.Exists(f => f.Name == name))
        {
            throw new ArgumentException($"{rows.Describe()} has a column '{name}' already.", nameof(name));
        }

        _matrix = left.Count;
        Schema = new Schema([.. left, new Field(name, new FixedSizeListType(new Field("item", FloatType.Default, nullable: false), _columns.Length), nullable: false)], rows.Schema.Metadata);
    }

    /// <inheritdoc/>
    public override Schema Schema { get; }

    /// <inheritdoc/>
    public override long? RowCount => _rows.RowCount;

    /// <inheritdoc/>
    public override string Describe() => _rows.Describe();

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<RecordBatch> ReadCoreAsync(ImmutableArray<int> columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var schema = BatchTable.Project(Schema, columns);
        var others = columns.Where(c => c != _matrix).Select(c => Schema.FieldsList[c].Name);
        IReadOnlyList<string> wanted = [.. others, .. columns.Contains(_matrix) ? _columns : []];
        await foreach (var batch in _rows.ReadAsync(wanted, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                yield return new RecordBatch(schema, [.. columns.Select(c => c == _matrix ? MatrixPacking.Pack(batch, _columns) : ArrowArrayFactory.BuildArray(batch.Column(Schema.FieldsList[c].Name).Data.SliceShared(0, batch.Length)))], batch.Length);
            }
        }
    }
}
