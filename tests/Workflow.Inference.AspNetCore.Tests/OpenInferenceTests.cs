using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using CsCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Workflow.Inference.Rollouts;
using Workflow.Inference.Serving;
using Workflow.Testing.Inference;

namespace Workflow.Inference.AspNetCore.Tests;

public sealed class OpenInferenceTests
{
    private static readonly Dictionary<string, byte[]> Models = new()
    {
        ["delay"] = SmallOnnxModels.TreeEnsemble(4, 60, 5),
        ["wide"] = SmallOnnxModels.TreeEnsemble(4, 60, 5, new SmallModelOptions { IsDouble = true, IsFlat = true }),
        ["log"] = SmallOnnxModels.Linear([1f], 0f, new SmallModelOptions { Activation = "Log" }),
        ["nan-log"] = SmallOnnxModels.Linear([1f], 0f, new SmallModelOptions { Activation = "Log" }),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/v2/health/live", """{"live":true}""")]
    [InlineData("/v2/health/ready", """{"ready":true,"live":true}""")]
    [InlineData("/v2/models/delay/ready", """{"name":"delay","ready":true}""")]
    [InlineData("/v2/models/delay/versions/3/ready", """{"name":"delay","ready":true}""")]
    [InlineData("/v2/models/delay", """{"name":"delay","versions":["3"],"platform":"onnx_onnxv1","inputs":[{"name":"features","datatype":"FP32","shape":[-1,4]}],"outputs":[{"name":"score","datatype":"FP32","shape":[-1,1]}]}""")]
    [InlineData("/v2/models/wide/versions/3", """{"name":"wide","versions":["3"],"platform":"onnx_onnxv1","inputs":[{"name":"features","datatype":"FP32","shape":[-1,4]}],"outputs":[{"name":"score","datatype":"FP64","shape":[-1]}]}""")]
    public async Task Answers_questions_as_the_protocol_writes_them(string path, string expected)
    {
        await using var app = await ServingApp.StartAsync(Models);
        using var client = app.Client();
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), Token);
        Assert.Equal((HttpStatusCode.OK, expected), (response.StatusCode, await response.Content.ReadAsStringAsync(Token)));
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
    }

    [Theory]
    [InlineData("/v2")]
    [InlineData("/v2/")]
    public async Task Tells_what_the_server_is(string path)
    {
        await using var app = await ServingApp.StartAsync(Models);
        using var client = app.Client();
        using var json = JsonDocument.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative), Token));
        Assert.Equal("workflow", json.RootElement.GetProperty("name").GetString());
        Assert.Equal(0, json.RootElement.GetProperty("extensions").GetArrayLength());
    }

    [Theory]
    [InlineData("delay", false)]
    [InlineData("delay", true)]
    [InlineData("wide", true)]
    public async Task Returns_over_a_real_socket_the_bits_that_scoring_in_process_gives(string model, bool isNested)
    {
        await using var app = await ServingApp.StartAsync(Models, isReal: true);
        using var client = app.Client();
        var rows = Enumerable.Range(0, 300).Select(i => Enumerable.Range(0, 4).Select(j => i % 13 == j ? float.NaN : MathF.Sin((i * 7) + j) * 3).ToArray()).ToArray();
        var expected = new double[rows.Length];
        app.Models.Get(model).Score(rows.SelectMany(r => r).ToArray(), expected);

        var data = isNested
            ? "[" + string.Join(",", rows.Select(r => "[" + string.Join(",", r.Select(Json)) + "]")) + "]"
            : "[" + string.Join(",", rows.SelectMany(r => r).Select(Json)) + "]";
        var (status, json) = await InferAsync(client, model, $$"""{"id":"é/1","inputs":[{"name":"features","shape":[300,4],"datatype":"FP32","data":{{data}}}]}""");
        Assert.Equal((HttpStatusCode.OK, "é/1", "3", model), (status, json.GetProperty("id").GetString(), json.GetProperty("model_version").GetString(), json.GetProperty("model_name").GetString()));
        var output = json.GetProperty("outputs")[0];
        var scores = output.GetProperty("data").EnumerateArray().Select(e => model == "wide" ? e.GetDouble() : e.GetSingle());
        Assert.Equal(expected.Select(BitConverter.DoubleToInt64Bits), scores.Select(s => BitConverter.DoubleToInt64Bits(s)));
    }

    [Fact]
    public async Task Takes_members_in_any_order_and_only_the_outputs_asked_for()
    {
        await using var app = await ServingApp.StartAsync(Models);
        using var client = app.Client();
        var (status, json) = await InferAsync(
            client, "delay", """{"outputs":[{"name":"score","parameters":{"binary_data":false}}],"foo":{"x":[1]},"inputs":[{"data":[1,2,3,4],"parameters":{"content_type":"np"},"datatype":"FP32","shape":[1,4],"name":"features"}]}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.False(json.TryGetProperty("id", out _));
        Assert.Equal("[1,1]", json.GetProperty("outputs")[0].GetProperty("shape").GetRawText());
    }

    [Theory]
    [InlineData("delay", "", "no JSON")]
    [InlineData("delay", "[]", "expected a JSON object")]
    [InlineData("delay", "{}", "'inputs' is missing")]
    [InlineData("delay", """{"inputs":null}""", "'inputs' must be an array")]
    [InlineData("delay", """{"inputs":[]}""", "column 'features': expected FP32 [-1, 4]")]
    [InlineData("delay", """{"id":5,"inputs":[{"name":"features","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}]}""", "'id' must be a string")]
    [InlineData("delay", """{"inputs":[{"name":"features","shape":[1,4],"datatype":"FP32","data":[1,2,3]}]}""", "its shape has 4 elements, more than")]
    [InlineData("delay", """{"inputs":[{"name":"features","shape":[1,4],"datatype":"FP32","data":[1,2,3,4,5]}]}""", "more elements than its shape")]
    [InlineData("delay", """{"inputs":[{"name":"features","shape":[2,4],"datatype":"FP32","data":[[1,2,3],[4,5,6,7,8]]}]}""", "a list of 3 at level 1")]
    [InlineData("delay", """{"inputs":[{"name":"features","shape":[1,4],"datatype":"FP32","data":[[1,2],3,4]}]}""", "a list of 2 at level 1")]
    [InlineData("delay", """{"inputs":[{"name":"features","shape":[1,4],"datatype":"FP32","data":[[[1,2,3,4]]]}]}""", "nest deeper")]
    [InlineData("delay", """{"inputs":[{"name":"features","shape":[1,4],"datatype":"FP32","data":5}]}""", "expected an array as data")]
    [InlineData("delay", """{"inputs":[{"name":"features","shape":[1,4],"datatype":"FP32","data":["1",2,3,4]}]}""", "element 0 is \"1\", which is no FP32")]
    [InlineData("delay", """{"inputs":[{"name":"features","shape":[1,4],"datatype":"FP32","data":[1,1e999,3,4]}]}""", "element 1 is 1e999, which is no FP32")]
    [InlineData("delay", """{"inputs":[{"name":"features","shape":[1,4],"datatype":"FP32","data":[NaN,2,3,4]}]}""", "a missing value is null")]
    [InlineData("delay", """{"inputs":[{"name":"features","shape":[-1,4],"datatype":"FP32","data":[1,2,3,4]}]}""", "not negative, got -1")]
    [InlineData("delay", """{"inputs":[{"name":"features","shape":["1",4],"datatype":"FP32","data":[1,2,3,4]}]}""", "'shape' must hold")]
    [InlineData("delay", """{"inputs":[{"name":"features","shape":[4294967296,4294967296],"datatype":"FP32","data":[1,2]}]}""", "not negative, got [4294967296, 4294967296]")]
    [InlineData("delay", """{"inputs":[{"name":"features","shape":[1000000,4],"datatype":"FP32","data":[1,2]}]}""", "more than the data can hold")]
    [InlineData("delay", """{"inputs":[{"name":"features","shape":[1,4],"datatype":"fp32","data":[1,2,3,4]}]}""", "datatype 'fp32', expected one of BOOL")]
    [InlineData("delay", """{"inputs":[{"name":"features","datatype":"FP32"}]}""", "lacks a 'shape', an array; inputs[0] 'features' lacks 'data'")]
    [InlineData("delay", """{"inputs":[{"name":"features","shape":[1,3],"datatype":"FP64","data":[1,2,3]},{"name":"x","shape":[1],"datatype":"BOOL","data":[true]}]}""", "got FP64 [1, 3]")]
    [InlineData("delay", """{"inputs":[{"name":"features","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}],"outputs":[{"name":"nosuch"}]}""", "nosuch")]
    [InlineData("delay", """{"inputs":[{"name":"features","shape":[1,4],"datatype":"FP32","parameters":{"binary_data_size":16}}]}""", "binary_data_size")]
    [InlineData("delay", """{"inputs":[{"name":"features","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}]} xyz""", "no JSON")]
    [InlineData("delay", """{"inputs": [""", "no JSON")]
    [InlineData("log", """{"inputs":[{"name":"features","shape":[1,1],"datatype":"FP32","data":[-1]}]}""", "gave NaN as 'score'")]
    [InlineData("nan-log", """{"inputs":[{"name":"features","shape":[1,1],"datatype":"FP32","data":[0]}]}""", "infinity")]
    public async Task Says_everything_that_is_wrong_with_a_request(string model, string body, string expected)
    {
        await using var app = await ServingApp.StartAsync(Models);
        using var client = app.Client();
        var (status, json) = await InferAsync(client, model, body);
        Assert.Equal(model == "delay" ? HttpStatusCode.BadRequest : HttpStatusCode.InternalServerError, status);
        Assert.Contains(expected, json.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_what_is_too_deep_too_large_encoded_or_binary()
    {
        await using var app = await ServingApp.StartAsync(Models, isReal: true, new OpenInferenceOptions { MaxRequestBytes = 4096 });
        using var client = app.Client();
        var (deep, error) = await InferAsync(client, "delay", "{\"inputs\":" + new string('[', 2000));
        Assert.Equal((HttpStatusCode.BadRequest, true), (deep, error.GetProperty("error").GetString()!.Contains("depth", StringComparison.Ordinal)));

        foreach (var isChunked in new[] { false, true })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/delay/infer") { Content = new StringContent(new string(' ', 5000)) };
            request.Headers.TransferEncodingChunked = isChunked;
            using var response = await client.SendAsync(request, Token);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
            Assert.Contains("error", await response.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        }

        using var encoded = new ByteArrayContent([1, 2, 3]);
        encoded.Headers.ContentEncoding.Add("gzip");
        using var unsupported = await client.PostAsync(new Uri("/v2/models/delay/infer", UriKind.Relative), encoded, Token);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, unsupported.StatusCode);

        using var binary = new HttpRequestMessage(HttpMethod.Post, "/v2/models/delay/infer") { Content = new ByteArrayContent([1]) };
        binary.Headers.Add("Inference-Header-Content-Length", "1");
        using var refused = await client.SendAsync(binary, Token);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/v2/models/nosuch", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v2/models/nosuch/ready", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v2/models/delay/versions/9", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v2/models/delay/versions/v1/ready", HttpStatusCode.NotFound)]
    [InlineData("POST", "/v2/models/delay/versions/9/infer", HttpStatusCode.NotFound)]
    [InlineData("POST", "/v2/repository/index", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v2/models/later", HttpStatusCode.ServiceUnavailable)]
    [InlineData("GET", "/v2/models/later/ready", HttpStatusCode.ServiceUnavailable)]
    [InlineData("GET", "/v2/health/ready", HttpStatusCode.ServiceUnavailable)]
    [InlineData("GET", "/v2/health/live", HttpStatusCode.OK)]
    public async Task What_is_not_there_is_an_error_that_clients_can_read(string method, string path, HttpStatusCode expected)
    {
        await using var app = await ServingApp.StartAsync(new Dictionary<string, byte[]>(Models) { ["later"] = [] });
        using var client = app.Client();
        using var content = new StringContent("""{"inputs":[{"name":"features","shape":[1,4],"datatype":"FP32","data":[1,2,3,4]}]}""");
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "POST" ? content : null };
        using var response = await client.SendAsync(request, Token);
        Assert.Equal(expected, response.StatusCode);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
        Assert.Equal(path.EndsWith("ready", StringComparison.Ordinal) && expected != HttpStatusCode.NotFound, json.RootElement.TryGetProperty("ready", out _));
    }

    [Fact]
    public async Task Missing_scores_of_a_model_that_may_have_them_are_null()
    {
        await using var app = await ServingApp.StartAsync(Models);
        using var client = app.Client();
        var (status, json) = await InferAsync(client, "nan-log", """{"inputs":[{"name":"features","shape":[3,1],"datatype":"FP32","data":[1,null,-1]}]}""");
        Assert.Equal((HttpStatusCode.OK, "[0,null,null]"), (status, json.GetProperty("outputs")[0].GetProperty("data").GetRawText()));
    }

    [Fact]
    public async Task Routes_by_the_key_parameter_then_by_the_id()
    {
        await using var app = await ServingApp.StartAsync(new Dictionary<string, byte[]> { ["m"] = SmallOnnxModels.Linear([1f], 0f) });
        using var client = app.Client();
        var model = app.Models.Get("m");
        await model.BeginRolloutAsync(
            new RolloutPlan { Id = "m/4", Challenger = ModelSource.FromBytes(SmallOnnxModels.Linear([2f], 0f), 4), Options = new CanaryOptions { Steps = [50, 100] } }, Token);
        var challengers = 0;
        for (var i = 0; i < 60; i++)
        {
            var key = "key" + i.ToString(CultureInfo.InvariantCulture);
            var expected = model.Rollout!.Route(key) == RolloutArm.Challenger ? "4" : "3";
            challengers += expected == "4" ? 1 : 0;
            const string Inputs = """
                "inputs":[{"name":"features","shape":[1,1],"datatype":"FP32","data":[1]}]}
                """;
            var (_, byKey) = await InferAsync(client, "m", $$"""{"id":"other","parameters":{"routing_key":"{{key}}"},{{Inputs}}""");
            var (_, byId) = await InferAsync(client, "m", $$"""{"id":"{{key}}",{{Inputs}}""");
            Assert.Equal((expected, expected), (byKey.GetProperty("model_version").GetString(), byId.GetProperty("model_version").GetString()));
        }

        Assert.InRange(challengers, 15, 45);
    }

    [Fact]
    public async Task Can_be_put_behind_an_authorisation_policy_and_health_checks()
    {
        await using var app = await ServingApp.StartAsync(Models, configure: b => b.Services.AddWorkflowInference().AddHealthCheck());
        var health = await app.Services.GetRequiredService<Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckService>().CheckHealthAsync(Token);
        Assert.Equal(Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy, health.Status);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddWorkflowInference();
        var guarded = builder.Build();
        guarded.MapOpenInference().RequireAuthorization();
        var endpoints = ((Microsoft.AspNetCore.Routing.IEndpointRouteBuilder)guarded).DataSources.SelectMany(d => d.Endpoints).ToArray();
        Assert.Equal(10, endpoints.Length);
        Assert.All(endpoints, e => Assert.NotNull(e.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAuthorizeData>()));
    }

    [Fact]
    public async Task Random_bodies_are_answered_and_never_break_the_server()
    {
        await using var app = await ServingApp.StartAsync(Models);
        using var client = app.Client();
        const string Valid = """{"id":"x","inputs":[{"name":"features","shape":[1,4],"datatype":"FP32","data":[1,2,null,4e1]}],"outputs":[{"name":"score"}]}""";
        var mutated = Gen.Select(Gen.Int[0, Valid.Length - 1], Gen.Int[0, 12], Gen.OneOf([.. new[] { "", "[", "]", "{", "}", ",", "\"", "-", "9999999999999", "null", "\\u0000", "\\ud800", "e" }.Select(Gen.Const)])).Array[1, 4]
            .Select(edits => edits.Aggregate(Valid, (text, edit) =>
            {
                var at = Math.Min(edit.Item1, text.Length);
                return text.Remove(at, Math.Min(edit.Item2, text.Length - at)).Insert(at, edit.Item3);
            }));
        await mutated.SampleAsync(
            async body =>
            {
                var (status, json) = await InferAsync(client, "delay", body);
                Assert.True(status is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{status} {json} for {body}");
            },
            iter: 2000,
            threads: 1);
    }

    private static string Json(float value) => float.IsNaN(value) ? "null" : value.ToString("R", CultureInfo.InvariantCulture);

    private static async Task<(HttpStatusCode Status, JsonElement Json)> InferAsync(HttpClient client, string model, string body)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        using var response = await client.PostAsync(new Uri($"/v2/models/{model}/infer", UriKind.Relative), content, Token);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
        return (response.StatusCode, json.RootElement.Clone());
    }
}
