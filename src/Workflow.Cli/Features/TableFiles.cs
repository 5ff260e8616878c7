using Workflow.Data.Tables;

namespace Workflow.Cli.Features;

/// <summary>Tables in files whose form their extension says.</summary>
internal static class TableFiles
{
    private const string Forms = ".parquet, .csv or .arrow";

    public static async Task<TableSource> OpenAsync(string path, ColumnHints hints, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            return await ParquetFolder.OpenAsync(path, null, cancellationToken);
        }

        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no file '{path}'. Check the path.", path);
        }

        return Form(path) switch
        {
            ".parquet" => await ParquetTable.OpenAsync(path, null, cancellationToken),
            ".csv" => await TypedCsv.ReadAsync(path, hints, cancellationToken),
            _ => await ArrowIpcTable.OpenAsync(path, null, cancellationToken),
        };
    }

    public static Task WriteAsync(string path, TableSource table, CancellationToken cancellationToken) => Form(path) switch
    {
        ".parquet" => ParquetTable.WriteAsync(path, table, null, cancellationToken),
        ".csv" => CsvWriter.WriteAsync(path, table, cancellationToken),
        _ => ArrowIpcTable.WriteAsync(path, table, cancellationToken),
    };

    /// <summary>Gives the full path of a file to write, before anything is computed.</summary>
    public static string Target(CommandHost host, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path, "--out");
        var target = Path.GetFullPath(path, host.CurrentFolder);
        _ = Form(target);
        return Directory.Exists(target) ? throw new IOException($"--out '{target}' is a folder; name a file in it.")
            : !Directory.Exists(Path.GetDirectoryName(target)) ? throw new DirectoryNotFoundException($"There is no folder '{Path.GetDirectoryName(target)}' for --out; create it, or name another.")
            : target;
    }

    private static string Form(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".parquet" => ".parquet",
        ".csv" => ".csv",
        ".arrow" or ".arrows" or ".feather" or ".ipc" => ".arrow",
        var other => throw new InvalidDataException($"'{path}' must end in {Forms}, which says its form; got '{other}'."),
    };
}
