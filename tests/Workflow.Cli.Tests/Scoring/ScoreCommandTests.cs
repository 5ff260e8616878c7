using System.Diagnostics;
using System.Globalization;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Registry;
using Workflow.Data.Storage;
using Workflow.Data.Tables;
using Workflow.Inference.Scoring;
using Workflow.Testing.Inference;

namespace Workflow.Cli.Tests.Scoring;

public sealed class ScoreCommandTests : IAsyncLifetime
{
    private readonly ToolFolder _folder = new();

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllBytesAsync(_folder["model.onnx"], Model());
        await WriteAsync("data.parquet", 1000);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Every_row_gets_its_score()
    {
        var result = (await ScoreAsync()).Done();
        Assert.Equal("", result.Output);
        Assert.Contains("1000 rows", result.Error, StringComparison.Ordinal);
        var expected = Enumerable.Range(0, 1000).Select(i => (2f * i) - (3f * (i % 7)) + 1f);
        Assert.Equal(expected, await ScoresAsync());
        Assert.Equal(["data.parquet", "model.onnx", "scores.parquet"], _folder.Entries);
    }

    [Fact]
    public async Task The_answer_is_one_json_document()
    {
        var result = (await ScoreAsync("--json")).Done();
        Assert.Equal("", result.Error);
        Assert.Equal((1000, _folder["scores.parquet"]), (result.Json().GetProperty("rows").GetInt64(), result.Json().GetProperty("out").GetString()));
        Assert.Equal(ContentDigest.Of(Model()).ToString(), result.Json().GetProperty("model").GetString());
    }

    [Fact]
    public async Task The_program_scores_as_well()
    {
        (await RunningProgram.RunAsync(RunningProgram.Tool, _folder.Path, "score", "model.onnx", "data.parquet", "--out", "scores.parquet", "--json")).Done().Json();
        Assert.Equal(1000, (await ScoresAsync()).Count);
    }

    [Fact]
    public async Task An_existing_answer_is_replaced_or_stays_whole()
    {
        (await ScoreAsync()).Done();
        var first = await File.ReadAllBytesAsync(_folder["scores.parquet"], TestContext.Current.CancellationToken);
        await WriteAsync("data.parquet", 2000);
        (await ScoreAsync()).Done();
        Assert.Equal(2000, (await ScoresAsync()).Count);

        await File.WriteAllBytesAsync(_folder["scores.parquet"], first, TestContext.Current.CancellationToken);
        await DamageAsync("data.parquet", bytes => [.. bytes.Select((b, i) => i is > 4 and < 200 ? (byte)~b : b)]);
        (await ScoreAsync()).Refused(2, _folder["data.parquet"]);
        Assert.Equal(first, await File.ReadAllBytesAsync(_folder["scores.parquet"], TestContext.Current.CancellationToken));
        Assert.Equal(3, _folder.Entries.Count);
    }

    [Theory]
    [InlineData("model.onnx")]
    [InlineData("data.parquet")]
    public async Task A_missing_file_is_named(string name)
    {
        File.Delete(_folder[name]);
        await RefusedAsync("There is no file", _folder[name]);

        Directory.CreateDirectory(_folder[name]);
        await RefusedAsync("is a folder", _folder[name]);
    }

    [Fact]
    public async Task Every_difference_of_another_schema_is_listed()
    {
        await WriteAsync("data.parquet", new Schema([new Field("distance", StringType.Default, nullable: true), new Field("else", FloatType.Default, nullable: true)], metadata: null),
            [new StringArray.Builder().Append("far").Build(), new FloatArray.Builder().Append(1).Build()]);
        await RefusedAsync(_folder["model.onnx"], "'distance': expected float, got utf8", "'hour': expected float, got no such column");
    }

    [Fact]
    public async Task Nulls_where_the_model_takes_none_are_refused()
    {
        await WriteAsync("data.parquet", new Schema([new Field("distance", FloatType.Default, nullable: true), new Field("hour", FloatType.Default, nullable: true)], metadata: null),
            [new FloatArray.Builder().Append(1).AppendNull().Build(), new FloatArray.Builder().Append(1).Append(2).Build()]);
        await RefusedAsync("'distance'", "1 nulls");
    }

    [Fact]
    public async Task A_table_without_rows_is_refused()
    {
        await WriteAsync("data.parquet", 0);
        await RefusedAsync(_folder["data.parquet"], "has no rows");
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public async Task A_truncated_table_is_refused(double kept)
    {
        await DamageAsync("data.parquet", bytes => bytes[..(int)(bytes.Length * kept)]);
        await RefusedAsync(_folder["data.parquet"]);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public async Task A_truncated_model_is_refused(double kept)
    {
        await DamageAsync("model.onnx", bytes => bytes[..(int)(bytes.Length * kept)]);
        await RefusedAsync(_folder["model.onnx"]);
    }

    [Fact]
    public async Task A_text_is_neither_model_nor_table()
    {
        await DamageAsync("model.onnx", _ => Encoding.UTF8.GetBytes("this is no model, but a text about models\n"));
        await RefusedAsync(_folder["model.onnx"]);

        await File.WriteAllBytesAsync(_folder["model.onnx"], Model(), TestContext.Current.CancellationToken);
        await DamageAsync("data.parquet", _ => Encoding.UTF8.GetBytes("distance,hour\n1,2\n"));
        await RefusedAsync(_folder["data.parquet"]);
    }

    [Fact]
    public async Task A_model_that_does_not_name_its_columns_is_refused()
    {
        await File.WriteAllBytesAsync(_folder["model.onnx"], SmallOnnxModels.Linear([2f, -3f], 1f), TestContext.Current.CancellationToken);
        await RefusedAsync("2 columns", OnnxScorer.SignatureKey);
        await File.WriteAllBytesAsync(_folder["model.onnx"], SmallOnnxModels.Identity(8, -1), TestContext.Current.CancellationToken);
        await RefusedAsync(_folder["model.onnx"]);
    }

    [Fact]
    public async Task A_model_that_gives_no_number_is_refused()
    {
        await File.WriteAllBytesAsync(_folder["model.onnx"], Model(activation: "Log"), TestContext.Current.CancellationToken);
        await RefusedAsync(_folder["model.onnx"], "'score' of row 1");
    }

    [Theory]
    [InlineData("folder", "is a folder")]
    [InlineData("nowhere/scores.parquet", "There is no folder")]
    [InlineData("data.parquet/scores.parquet", "There is no folder")]
    [InlineData("data.parquet", "is also an input")]
    [InlineData("./folder/../model.onnx", "is also an input")]
    [InlineData("/proc/scores.parquet", "/proc")]
    public async Task A_place_that_cannot_be_written_is_refused(string place, string says)
    {
        Directory.CreateDirectory(_folder["folder"]);
        var before = _folder.Entries;
        var (model, data) = (await File.ReadAllBytesAsync(_folder["model.onnx"], TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(_folder["data.parquet"], TestContext.Current.CancellationToken));
        (await _folder.RunAsync("score", "model.onnx", "data.parquet", "--out", place)).Refused(2, says);
        Assert.Equal(before, _folder.Entries);
        Assert.Equal(model, await File.ReadAllBytesAsync(_folder["model.onnx"], TestContext.Current.CancellationToken));
        Assert.Equal(data, await File.ReadAllBytesAsync(_folder["data.parquet"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Cancelling_leaves_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        (await _folder.RunAsync(["score", "model.onnx", "data.parquet", "--out", "scores.parquet"], cancelled.Token)).Refused(2, "cancelled");
        Assert.Equal(["data.parquet", "model.onnx"], _folder.Entries);
    }

    [Fact]
    public async Task Cancelling_in_the_middle_leaves_nothing()
    {
        await WriteAsync("data.parquet", 200_000);
        using var source = new CancellationTokenSource();
        using var terminal = new CancellingWriter(source, _folder);
        (await _folder.RunAsync(["score", "model.onnx", "data.parquet", "--out", "scores.parquet"], source.Token, new TerminalProgress(terminal, TimeProvider.System))).Refused(2, "cancelled");
        Assert.Contains(terminal.Seen, name => name.EndsWith(AtomicFile.TemporarySuffix, StringComparison.Ordinal));
        Assert.Contains("scoring: 65,536 of 200,000 rows (33 %)", terminal.Text, StringComparison.Ordinal);
        Assert.EndsWith("\r\e[K", terminal.Text, StringComparison.Ordinal);
        Assert.Equal(["data.parquet", "model.onnx"], _folder.Entries);
    }

    [Theory]
    [InlineData("-INT")]
    [InlineData("-TERM")]
    public async Task An_interrupted_program_leaves_nothing(string signal)
    {
        await WriteAsync("data.parquet", 1_000_000);
        await File.WriteAllBytesAsync(_folder["model.onnx"], SmallOnnxModels.TreeEnsemble(2, 500, 8, Options()), TestContext.Current.CancellationToken);

        // A job in the background of a shell inherits ignored interrupts; a terminal's programs do not.
        var start = new ProcessStartInfo("env", ["--default-signal=INT,TERM", RunningProgram.Tool, "score", "model.onnx", "data.parquet", "--out", "scores.parquet"]) { WorkingDirectory = _folder.Path, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        while (!process.HasExited && !_folder.Entries.Any(e => e.EndsWith(AtomicFile.TemporarySuffix, StringComparison.Ordinal)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        (await RunningProgram.RunAsync("kill", _folder.Path, signal, process.Id.ToString(CultureInfo.InvariantCulture))).Done();
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 2, $"exit {process.ExitCode}: {error}");
        Assert.Equal("error: cancelled; nothing half-written is left behind", error.Trim());
        Assert.Equal(["data.parquet", "model.onnx"], _folder.Entries);
    }

    private static byte[] Model(string? activation = null) => SmallOnnxModels.Linear([2f, -3f], 1f, Options(activation));

    private static SmallModelOptions Options(string? activation = null)
    {
        var options = new SmallModelOptions { Activation = activation };
        options.Metadata[OnnxScorer.SignatureKey] = SignatureJson.Write(new ModelSignature
        {
            Inputs = new Schema([new Field("distance", FloatType.Default, nullable: false), new Field("hour", FloatType.Default, nullable: false)], metadata: null),
            Outputs = new Schema([new Field("score", FloatType.Default, nullable: false)], metadata: null),
        });
        return options;
    }

    private Task<ToolResult> ScoreAsync(params string[] more) => _folder.RunAsync(["score", "model.onnx", "data.parquet", "--out", "scores.parquet", .. more]);

    private async Task RefusedAsync(params string[] says)
    {
        var before = _folder.Entries;
        (await ScoreAsync()).Refused(2, says);
        (await ScoreAsync("--json")).Refused(2, says);
        Assert.Equal(before, _folder.Entries);
    }

    private async Task<List<float>> ScoresAsync()
    {
        var table = await ParquetTable.OpenAsync(_folder["scores.parquet"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(["score"], table.Schema.FieldsList.Select(f => f.Name));
        var scores = new List<float>();
        await foreach (var batch in table.ReadAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            using (batch)
            {
                scores.AddRange(((FloatArray)batch.Column(0)).Values);
            }
        }

        return scores;
    }

    // As foreign writers do: columns that could be null, one more than the model needs, in another order.
    private Task WriteAsync(string name, int rows)
    {
        var schema = new Schema([new Field("id", Int64Type.Default, nullable: true), new Field("hour", FloatType.Default, nullable: true), new Field("distance", FloatType.Default, nullable: true)], metadata: null);
        return WriteAsync(name, schema,
        [
            new Int64Array.Builder().AppendRange(Enumerable.Range(0, rows).Select(i => (long)i)).Build(),
            new FloatArray.Builder().AppendRange(Enumerable.Range(0, rows).Select(i => (float)(i % 7))).Build(),
            new FloatArray.Builder().AppendRange(Enumerable.Range(0, rows).Select(i => (float)i)).Build(),
        ]);
    }

    private async Task WriteAsync(string name, Schema schema, IArrowArray[] columns)
    {
        using var table = new BatchTable(schema, columns[0].Length == 0 ? [] : [new RecordBatch(schema, columns, columns[0].Length)]);
        await ParquetTable.WriteAsync(_folder[name], table, cancellationToken: TestContext.Current.CancellationToken);
    }

    private async Task DamageAsync(string name, Func<byte[], byte[]> damage) =>
        await File.WriteAllBytesAsync(_folder[name], damage(await File.ReadAllBytesAsync(_folder[name])));

    /// <summary>A terminal whose user interrupts as soon as something is drawn.</summary>
    private sealed class CancellingWriter(CancellationTokenSource source, ToolFolder folder) : StringWriter
    {
        public List<string> Seen { get; } = [];

        public string Text => ToString();

        public override void Write(string? value)
        {
            base.Write(value);
            Seen.AddRange(folder.Entries);
            source.Cancel();
        }
    }
}
