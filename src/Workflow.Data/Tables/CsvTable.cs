using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using Apache.Arrow;
using Workflow.Data.Tables.Building;
using Workflow.Data.Tables.Csv;

namespace Workflow.Data.Tables;

/// <summary>A table in a CSV file whose schema is given. Safe for concurrent use: every pass opens the file for itself.</summary>
/// <remarks>
/// <para>RFC 4180 in UTF-8, with or without byte order mark; lines end in LF or CRLF; quoted fields may hold separators, line ends and
/// doubled quotes. Columns are found by the names in the header, in any order; columns that the schema does not name are skipped.
/// Names of the schema must be in the header exactly once.</para>
/// <para>Types: booleans (<c>true</c>, <c>false</c>, <c>1</c>, <c>0</c>), integers, float and double (invariant; <c>NaN</c>, <c>Infinity</c>), decimal128
/// (exact), date32 (<c>2001-01-31</c>), <c>timestamp[us]</c> (ISO 8601, UTC without offset), utf8. An empty field is null where the column is
/// nullable; for text, <c>""</c> is the empty text, and so is an empty field of a column that is not nullable.</para>
/// <para>A row that does not fit, or has too few or too many fields, fails the pass with <see cref="BadRowsException"/>. An empty line is skipped,
/// unless the file has one column.</para>
/// </remarks>
public sealed class CsvTable : TableSource
{
    private readonly CsvReadOptions _options;
    private readonly ImmutableArray<int> _fieldOfColumn;
    private readonly int _fieldCount;

    private CsvTable(string path, Schema schema, CsvReadOptions options, ImmutableArray<int> fieldOfColumn, int fieldCount) =>
        (Path, Schema, _options, _fieldOfColumn, _fieldCount) = (path, schema, options, fieldOfColumn, fieldCount);

    /// <inheritdoc/>
    public override Schema Schema { get; }

    /// <summary>Gets null: only reading counts the rows of a CSV file.</summary>
    public override long? RowCount => null;

    /// <summary>Gets the file, as it was named when it was opened.</summary>
    public string Path { get; }

    /// <summary>Opens a file and checks its header. The file is not held open.</summary>
    /// <param name="path">The file.</param>
    /// <param name="schema">The columns to read, with their types.</param>
    /// <param name="options">Null for the defaults. Copied.</param>
    /// <param name="cancellationToken">Passed to reading the header.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="SchemaMismatchException">The header lacks columns or repeats them, or columns have types that text cannot be read into; all are listed.</exception>
    /// <exception cref="CorruptTableException">The file has no header, or it is longer than a row may be.</exception>
    public static async Task<CsvTable> OpenAsync(string path, Schema schema, CsvReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(schema);
        var settings = Check(options ?? new CsvReadOptions());
        var differences = schema.FieldsList.Where(f => CsvColumn.Create(f) is null)
            .Select(f => new SchemaDifference(f.Name, "a type that text can be read into", TableSchema.Describe(f)))
            .ToList();
        var names = await ReadHeaderAsync(path, settings, cancellationToken).ConfigureAwait(false);
        if (settings.HasHeader)
        {
            differences.AddRange(schema.FieldsList.Where(f => names.Count(n => n == f.Name) != 1)
                .Select(f => new SchemaDifference(f.Name, "this name once in the header", names.Contains(f.Name) ? "it more than once" : null)));
        }

        if (differences.Count > 0)
        {
            throw new SchemaMismatchException($"CSV file '{path}'", [.. differences]);
        }

        var positions = schema.FieldsList.Select((f, i) => settings.HasHeader ? names.IndexOf(f.Name) : i);
        return new CsvTable(path, schema, settings, [.. positions], settings.HasHeader ? names.Count : schema.FieldsList.Count);
    }

    /// <inheritdoc/>
    public override string Describe() => $"CSV file '{Path}'";

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<RecordBatch> ReadCoreAsync(ImmutableArray<int> columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var schema = BatchTable.Project(Schema, columns);
        var stream = TableFile.OpenStream(Path);
        await using (stream.ConfigureAwait(false))
        {
            var rows = new CsvRows(CreateParser(stream), Path, [.. Schema.FieldsList.Select(f => CsvColumn.Create(f)!)], _fieldOfColumn, _fieldCount);
            if (_options.HasHeader)
            {
                await rows.SkipHeaderAsync(cancellationToken).ConfigureAwait(false);
            }

            while (await rows.ReadAsync(_options.BatchRows, cancellationToken).ConfigureAwait(false))
            {
                yield return BatchBuilder.Finish(schema, rows.Take(columns), _options.Allocator);
            }
        }
    }

    private static async Task<List<string>> ReadHeaderAsync(string path, CsvReadOptions options, CancellationToken cancellationToken)
    {
        var stream = TableFile.OpenStream(path);
        await using (stream.ConfigureAwait(false))
        {
            if (!options.HasHeader)
            {
                return [];
            }

            var parser = new CsvParser(stream, (byte)options.Separator, options.MaximumRowBytes);
            try
            {
                if (!await parser.ReadAsync(cancellationToken).ConfigureAwait(false) || parser.Problem is not null)
                {
                    throw new CorruptTableException(path, "line 1", parser.Problem ?? "a header with the names of the columns", "the end of the file");
                }
            }
            catch (RowTooLongException)
            {
                throw new CorruptTableException(path, "line 1", $"a header of at most {options.MaximumRowBytes} bytes", "a longer line");
            }

            return [.. Enumerable.Range(0, parser.FieldCount).Select(i => Encoding.UTF8.GetString(parser.Field(i)))];
        }
    }

    private static CsvReadOptions Check(CsvReadOptions o)
    {
        if (o.BatchRows is < 1 or > 1 << 24 || o.MaximumRowBytes is < 1 or > 1 << 28 || o.Separator is '"' or '\r' or '\n' or '\0' || !char.IsAscii(o.Separator))
        {
            throw new ArgumentOutOfRangeException(
                nameof(o),
                $"{nameof(o.BatchRows)} must be from 1 to {1 << 24} (is {o.BatchRows}), {nameof(o.MaximumRowBytes)} from 1 to {1 << 28} (is {o.MaximumRowBytes}), {nameof(o.Separator)} an ASCII character that is no quote or line end (is U+{(int)o.Separator:X4}).");
        }

        return new CsvReadOptions { HasHeader = o.HasHeader, Separator = o.Separator, BatchRows = o.BatchRows, MaximumRowBytes = o.MaximumRowBytes, Allocator = o.Allocator };
    }

    private CsvParser CreateParser(Stream stream) => new(stream, (byte)_options.Separator, _options.MaximumRowBytes);
}
