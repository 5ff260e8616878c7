using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Apache.Arrow;

namespace Workflow.Data.Tables;

/// <summary>The Parquet files of a folder and its subfolders as one table. Safe for concurrent use.</summary>
/// <remarks>
/// Files ending in <c>.parquet</c>, one after the other by their paths in code-point order. Names that begin with a point or an underscore
/// are passed over, as the other tools of the field do. Folder names such as <c>day=2001-01-01</c> are no columns. The files are those that were there when it was opened.
/// </remarks>
public sealed class ParquetFolder : TableSource
{
    private readonly string _path;
    private readonly ImmutableArray<ParquetTable> _files;

    private ParquetFolder(string path, ImmutableArray<ParquetTable> files, Schema schema) => (_path, _files, Schema) = (path, files, schema);

    /// <inheritdoc/>
    public override Schema Schema { get; }

    /// <inheritdoc/>
    public override long? RowCount => _files.Sum(static f => f.RowCount);

    /// <summary>Gets the files in the order in which they are read.</summary>
    public ImmutableArray<string> Paths => [.. _files.Select(static f => f.Path)];

    /// <summary>Reads and checks the footer of each file.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="options">For each file; null for the defaults. Copied.</param>
    /// <param name="cancellationToken">Observed between files.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It holds no Parquet file.</exception>
    /// <exception cref="SchemaMismatchException">A file has not the columns of the first, whatever their order; every difference of that file is listed.</exception>
    public static async Task<ParquetFolder> OpenAsync(string path, ParquetReadOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path))
        {
            throw new DirectoryNotFoundException($"There is no folder '{path}'. Check the path; a relative one starts at '{Directory.GetCurrentDirectory()}'.");
        }

        var files = new List<ParquetTable>();
        foreach (var file in Files(path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            files.Add(await ParquetTable.OpenAsync(file, options, cancellationToken).ConfigureAwait(false));
        }

        return files.Count == 0
            ? throw new InvalidDataException($"Folder '{path}' holds no file whose name ends in .parquet. Check the path.")
            : new ParquetFolder(path, [.. files], Union(files));
    }

    /// <inheritdoc/>
    public override string Describe() => $"Parquet folder '{_path}' ({_files.Length} files)";

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<RecordBatch> ReadCoreAsync(ImmutableArray<int> columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var schema = BatchTable.Project(Schema, columns);
        var names = schema.FieldsList.Select(static f => f.Name).ToList();
        foreach (var file in _files)
        {
            await foreach (var batch in file.ReadAsync(names, cancellationToken).ConfigureAwait(false))
            {
                yield return BatchColumns.Take(batch, schema, file.Describe());
            }
        }
    }

    private static IEnumerable<string> Files(string path) => Directory
        .EnumerateFiles(path, "*.parquet", new EnumerationOptions { RecurseSubdirectories = true, MatchCasing = MatchCasing.CaseSensitive, AttributesToSkip = FileAttributes.None })
        .Where(f => !Path.GetRelativePath(path, f).Split(Path.DirectorySeparatorChar).Any(static part => part[0] is '.' or '_'))
        .Order(StringComparer.Ordinal);

    // The columns of the first file; one that is null in any file may be null.
    private static Schema Union(List<ParquetTable> files)
    {
        var first = files[0].Schema.FieldsList;
        var anyNulls = new Schema([.. first.Select(static f => new Field(f.Name, f.DataType, nullable: true))], metadata: null);
        foreach (var file in files)
        {
            var differences = TableSchema.Compare(anyNulls, file.Schema)
                .AddRange(file.Schema.FieldsList.Where(f => anyNulls.GetFieldIndex(f.Name) < 0).Select(static f => new SchemaDifference(f.Name, null, TableSchema.Describe(f))));
            if (!differences.IsEmpty)
            {
                throw new SchemaMismatchException($"{file.Describe()} beside {files[0].Describe()}", differences);
            }
        }

        return new Schema([.. first.Select(f => new Field(f.Name, f.DataType, files.Exists(file => file.Schema.GetFieldByName(f.Name).IsNullable)))], metadata: null);
    }
}
