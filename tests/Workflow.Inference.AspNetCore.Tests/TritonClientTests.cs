using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Workflow.Inference.AspNetCore.Protocol;
using Workflow.Inference.Scoring;
using Workflow.Repository;
using Workflow.Testing.Inference;

namespace Workflow.Inference.AspNetCore.Tests;

public sealed class TritonClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Reads_every_JSON_request_that_the_client_was_recorded_to_send()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Require("golden/oip/client/requests-http.json")));
        var reader = new InferenceRequestReader(new OpenInferenceOptions());
        var compared = 0;
        foreach (var golden in document.RootElement.EnumerateArray().Where(c => c.TryGetProperty("request", out var r) && r.GetProperty("path").GetString()!.EndsWith("/infer", StringComparison.Ordinal)))
        {
            var sent = golden.GetProperty("request");
            if (sent.TryGetProperty("binaryHex", out var binary) && binary.GetString() is { Length: > 0 })
            {
                continue;
            }

            var id = golden.GetProperty("id").GetString()!;
            var body = Convert.FromHexString((sent.TryGetProperty("decodedBodyHex", out var decoded) ? decoded : sent.GetProperty("bodyHex")).GetString()!);
            if (id is "http-infer-nonfinite-json" or "http-infer-no-data" or "http-infer-shared-memory" or "http-infer-empty-tensor" or "http-infer-bytes-empty-tensor")
            {
                // NaN literals, tensors without data or elsewhere, binary tensors of no bytes: refused, with a reason.
                Assert.Throws<RequestFaultException>(() => reader.Read(body));
                continue;
            }

            using var request = reader.Read(body);
            Assert.Equal(Expected(golden), request.Inputs.Select(Show));
            compared++;
        }

        Assert.True(compared >= 18, $"only {compared} requests were compared");
    }

    [Fact]
    public async Task The_client_gets_the_bits_that_scoring_in_process_gives()
    {
        var peers = Environment.GetEnvironmentVariable("WORKFLOW_PEERS");
        Assert.SkipWhen(peers is null || !File.Exists(Path.Combine(peers, "bin", "python")), "needs WORKFLOW_PEERS, the folder made by ../shared/peers/install.sh");

        await using var app = await ServingApp.StartAsync(
            new Dictionary<string, byte[]>
            {
                ["delay"] = SmallOnnxModels.TreeEnsemble(4, 60, 5),
                ["wide"] = SmallOnnxModels.TreeEnsemble(4, 60, 5, new SmallModelOptions { IsDouble = true, IsFlat = true }),
                ["echo-int64"] = SmallOnnxModels.Identity(7, -1),
                ["echo-bool"] = SmallOnnxModels.Identity(9, -1),
                ["echo-fp64"] = SmallOnnxModels.Identity(11, -1),
                ["echo-uint8"] = SmallOnnxModels.Identity(2, -1),
                ["echo-fp16"] = SmallOnnxModels.Identity(10, -1),
                ["echo-bytes"] = SmallOnnxModels.Identity(8, -1),
            },
            isReal: true);
        float[] rows = [0.5f, -1f, 2f, 0.25f, 1.5f, 3f, -2f, 0f, -3f, 0.1f, 0.7f, 1e-7f];
        var wide = new double[3];
        var narrow = new double[3];
        app.Models.Get("wide").Score(rows, wide);
        app.Models.Get("delay").Score(rows, narrow);

        var json = await CallAsync(Path.Combine(peers!, "bin", "python"), app.Address["http://".Length..]);
        foreach (var question in new[] { "live", "ready", "model_ready" })
        {
            Assert.True(json.GetProperty(question).GetBoolean(), question);
        }

        Assert.False(json.GetProperty("unknown_ready").GetBoolean());
        Assert.Equal(("r-1", "3", "workflow"), (json.GetProperty("id").GetString(), json.GetProperty("version").GetString(), json.GetProperty("server").GetString()));
        Assert.Equal(wide, Scores(json.GetProperty("wide")));
        Assert.Equal(narrow, Scores(json.GetProperty("narrow")));
        Assert.All(json.GetProperty("echo").EnumerateObject(), e => Assert.True(e.Value.GetBoolean(), e.Name));
        Assert.Contains("binary tensors", json.GetProperty("binary").GetString(), StringComparison.Ordinal);
        Assert.Contains("expected FP32 [-1, 4], got FP32 [3, 3]", json.GetProperty("shape").GetString(), StringComparison.Ordinal);
        Assert.Contains("No model 'nosuch'", json.GetProperty("unknown").GetString(), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> CallAsync(string python, string address)
    {
        using var process = Process.Start(new ProcessStartInfo(python, [Path.Combine(AppContext.BaseDirectory, "tritonclient_calls.py"), address])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync(Token);
        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, await errors);
        using var document = JsonDocument.Parse(output);
        return document.RootElement.Clone();
    }

    private static IEnumerable<double> Scores(JsonElement hexadecimal) => hexadecimal.EnumerateArray().Select(e => ParseHexadecimal(e.GetString()!));

    // Python writes doubles exactly: [-]0x1.8p+1
    private static double ParseHexadecimal(string text)
    {
        var isNegative = text[0] == '-';
        var parts = text.TrimStart('-')[2..].Split('p');
        var digits = parts[0].Replace(".", "", StringComparison.Ordinal);
        var mantissa = (double)long.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var value = Math.ScaleB(mantissa, int.Parse(parts[1], CultureInfo.InvariantCulture) - (4 * (digits.Length - 1)));
        return isNegative ? -value : value;
    }

    // Where the recording has no logical tensors, its own JSON says what was meant.
    private static IEnumerable<string> Expected(JsonElement golden)
    {
        var isLogical = golden.TryGetProperty("inputs", out var inputs);
        foreach (var input in (isLogical ? inputs : golden.GetProperty("request").GetProperty("json").GetProperty("inputs")).EnumerateArray())
        {
            var shape = string.Join(",", input.GetProperty("shape").EnumerateArray().Select(e => e.GetRawText()));
            var data = input.GetProperty("data").EnumerateArray().Select(e => e.ValueKind switch
            {
                JsonValueKind.String => isLogical ? e.GetString()! : Convert.ToHexStringLower(Encoding.UTF8.GetBytes(e.GetString()!)),
                JsonValueKind.Number => Number(e),
                _ => e.GetRawText(),
            });
            yield return $"{input.GetProperty("name").GetString()} [{shape}] {string.Join(" ", data)}";
        }
    }

    private static string Number(JsonElement element) => element.GetRawText() is var text && text.AsSpan().ContainsAny('.', 'e')
        ? element.GetDouble().ToString("R", CultureInfo.InvariantCulture)
        : text;

    private static string Show(TensorValue value)
    {
        var data = value.Data.Span;
        var elements = new List<string>();
        while (!data.IsEmpty)
        {
            var size = value.DataType == TensorDataType.Bytes ? 4 + (int)BitConverter.ToUInt32(data) : Datatypes.SizeOf(value.DataType);
            var element = data[..size];
            data = data[size..];
            elements.Add(value.DataType switch
            {
                TensorDataType.Bytes => Convert.ToHexStringLower(element[4..]),
                TensorDataType.Bool => element[0] == 1 ? "true" : "false",
                TensorDataType.FP32 => ((double)BitConverter.ToSingle(element)).ToString("R", CultureInfo.InvariantCulture),
                TensorDataType.FP64 => BitConverter.ToDouble(element).ToString("R", CultureInfo.InvariantCulture),
                TensorDataType.FP16 => ((double)BitConverter.ToHalf(element)).ToString("R", CultureInfo.InvariantCulture),
                TensorDataType.Int8 => ((sbyte)element[0]).ToString(CultureInfo.InvariantCulture),
                TensorDataType.UInt8 => element[0].ToString(CultureInfo.InvariantCulture),
                TensorDataType.Int16 => BitConverter.ToInt16(element).ToString(CultureInfo.InvariantCulture),
                TensorDataType.UInt16 => BitConverter.ToUInt16(element).ToString(CultureInfo.InvariantCulture),
                TensorDataType.Int32 => BitConverter.ToInt32(element).ToString(CultureInfo.InvariantCulture),
                TensorDataType.UInt32 => BitConverter.ToUInt32(element).ToString(CultureInfo.InvariantCulture),
                TensorDataType.Int64 => BitConverter.ToInt64(element).ToString(CultureInfo.InvariantCulture),
                _ => BitConverter.ToUInt64(element).ToString(CultureInfo.InvariantCulture),
            });
        }

        return $"{value.Name} [{string.Join(",", value.Shape)}] {string.Join(" ", elements)}";
    }
}
