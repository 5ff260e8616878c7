using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Registry;
using Workflow.Data.Tables;
using Workflow.Inference.Scoring;

namespace Workflow.Cli.Scoring;

/// <summary><c>workflow score</c>: scores a Parquet file with an ONNX model.</summary>
internal static class ScoreCommand
{
    public static Command Create(CommandHost host)
    {
        var model = new Argument<string>("model") { Description = "The ONNX model, with the names of its columns inside." };
        var data = new Argument<string>("data") { Description = "A Parquet file with the model's inputs, found by name." };
        var output = new Option<string>("--out", "-o") { Description = "The Parquet file to write: one row of scores for each row.", Required = true };
        var json = new Option<bool>("--json") { Description = "Print one JSON document and nothing else." };
        var command = new Command("score", "Scores a table with an ONNX model.") { model, data, output, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var modelPath = Existing(host, parsed.GetRequiredValue(model));
            var dataPath = Existing(host, parsed.GetRequiredValue(data));
            var target = Target(host, parsed.GetRequiredValue(output), [modelPath, dataPath]);
            var table = await ParquetTable.OpenAsync(dataPath, cancellationToken: cancellationToken);
            using var scorer = OnnxScorer.FromFile(modelPath);
            var signature = SignatureOf(scorer, modelPath);

            // Every difference is told before anything is written.
            TableSchema.Require(Lenient(signature.Inputs), table.Schema, $"the inputs of '{modelPath}'");
            if (table.RowCount is null or 0)
            {
                throw new InvalidDataException($"'{dataPath}' has no rows: expected at least one to score. Check what was to write it.");
            }

            await ParquetTable.WriteStreamAsync(target, signature.Outputs, ScoreAsync(host, scorer, table, cancellationToken), cancellationToken: cancellationToken);
            host.Progress?.Clear();
            if (parsed.GetValue(json))
            {
                await host.WriteJsonAsync(new JsonObject { ["rows"] = table.RowCount, ["out"] = target, ["model"] = scorer.Digest.ToString() });
            }
            else
            {
                await host.Error.WriteLineAsync($"{table.RowCount} rows scored into '{target}'");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static async IAsyncEnumerable<RecordBatch> ScoreAsync(CommandHost host, OnnxScorer scorer, ParquetTable table, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var done = 0L;
        await foreach (var batch in table.ReadAsync([.. scorer.Signature!.Inputs.FieldsList.Select(f => f.Name)], cancellationToken))
        {
            using (batch)
            {
                var scores = await scorer.ScoreAsync(batch, cancellationToken);
                done += batch.Length;
                yield return scores;
                host.Progress?.Report("scoring", done, table.RowCount!.Value);
            }
        }
    }

    // A file says of nearly every column that it may hold nulls; where one does and must not, scoring says so.
    private static Schema Lenient(Schema inputs) => new(inputs.FieldsList.Select(f => new Field(f.Name, f.DataType, nullable: true)), metadata: null);

    private static ModelSignature SignatureOf(OnnxScorer scorer, string path)
    {
        if (scorer.Signature is not { } signature)
        {
            throw new NotSupportedException($"'{path}' does not take rows of numbers and give scores: its inputs are {string.Join(", ", scorer.Inputs)}.");
        }

        return signature.Inputs.FieldsList is [{ DataType: FixedSizeListType }]
            ? throw new NotSupportedException(
                $"'{path}' does not name its {scorer.FeatureCount} columns: expected a signature in its metadata '{OnnxScorer.SignatureKey}', as this suite's exports have. Export it again, or add the signature.")
            : signature;
    }

    private static string Target(CommandHost host, string path, ReadOnlySpan<string> inputs)
    {
        ArgumentException.ThrowIfNullOrEmpty(path, "--out");
        var target = Path.GetFullPath(path, host.CurrentFolder);
        return Directory.Exists(target) ? throw new IOException($"--out '{target}' is a folder; name a file in it.")
            : !Directory.Exists(Path.GetDirectoryName(target)) ? throw new DirectoryNotFoundException($"There is no folder '{Path.GetDirectoryName(target)}' for --out; create it, or name another.")
            : inputs.Contains(target) ? throw new IOException($"--out '{target}' is also an input, which would be lost; name another file.")
            : target;
    }

    private static string Existing(CommandHost host, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = Path.GetFullPath(path, host.CurrentFolder);
        return File.Exists(full) ? full
            : Directory.Exists(full) ? throw new FileNotFoundException($"'{full}' is a folder; name a file.", full)
            : throw new FileNotFoundException($"There is no file '{full}'. Check the path.", full);
    }
}
