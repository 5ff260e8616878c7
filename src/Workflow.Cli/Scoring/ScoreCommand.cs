using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Apache.Arrow;
using Workflow.Data.Tables;
using Workflow.Inference.Scoring;

namespace Workflow.Cli.Scoring;

/// <summary><c>workflow score</c>: scores a Parquet file with an ONNX model.</summary>
internal static class ScoreCommand
{
    public static Command Create(CommandHost host)
    {
        var model = new Argument<string>("model") { Description = "The ONNX model." };
        var data = new Argument<string>("data") { Description = "A Parquet file with the model's inputs, found by name." };
        var output = new Option<string>("--out", "-o") { Description = "The Parquet file to write: one row of scores for each row.", Required = true };
        var json = new Option<bool>("--json") { Description = "Print one JSON document and nothing else." };
        var command = new Command("score", "Scores a table with an ONNX model.") { model, data, output, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var modelPath = Existing(host, parsed.GetRequiredValue(model));
            var table = await ParquetTable.OpenAsync(Existing(host, parsed.GetRequiredValue(data)), cancellationToken: cancellationToken);
            using var scorer = OnnxScorer.FromFile(modelPath);
            if (scorer.Signature is not { } signature)
            {
                throw new NotSupportedException($"'{modelPath}' does not take one row of numbers at a time: its inputs are {string.Join(", ", scorer.Inputs)}.");
            }

            // Every difference is told before anything is written.
            TableSchema.Require(signature.Inputs, table.Schema, $"the inputs of '{modelPath}'");
            var target = Path.GetFullPath(parsed.GetRequiredValue(output), host.CurrentFolder);
            await ParquetTable.WriteStreamAsync(target, signature.Outputs, ScoreAsync(scorer, table, [.. signature.Inputs.FieldsList.Select(f => f.Name)], cancellationToken), cancellationToken: cancellationToken);
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

    private static async IAsyncEnumerable<RecordBatch> ScoreAsync(
        OnnxScorer scorer, ParquetTable table, IReadOnlyList<string> columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in table.ReadAsync(columns, cancellationToken))
        {
            using (batch)
            {
                yield return await scorer.ScoreAsync(batch, cancellationToken);
            }
        }
    }

    private static string Existing(CommandHost host, string path)
    {
        var full = Path.GetFullPath(path, host.CurrentFolder);
        return File.Exists(full) ? full : throw new FileNotFoundException($"There is no file '{full}'.", full);
    }
}
