using System.Buffers;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Workflow.Data.Tables;
using Workflow.Inference.Scoring;
using Workflow.Inference.Serving;

namespace Workflow.Inference.AspNetCore.Protocol;

/// <summary>The protocol's resources. Safe for concurrent use.</summary>
internal sealed class InferenceHandlers(ModelHost host, OpenInferenceOptions options, ILogger logger)
{
    private static readonly string Version = typeof(InferenceHandlers).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
    private readonly InferenceRequestReader _reader = new(options);

    public static Task LiveAsync(HttpContext context) => AnswerAsync(context, StatusCodes.Status200OK, static json => json.WriteBoolean("live", true));

    public Task ReadyAsync(HttpContext context)
    {
        var isReady = host.IsReady;

        // The text of the protocol says "live" here, its gRPC form "ready": clients read either.
        return AnswerAsync(context, isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, json =>
        {
            json.WriteBoolean("ready", isReady);
            json.WriteBoolean("live", isReady);
        });
    }

    public static Task ServerAsync(HttpContext context) => AnswerAsync(context, StatusCodes.Status200OK, static json =>
    {
        json.WriteString("name", "workflow");
        json.WriteString("version", Version);
        json.WriteStartArray("extensions");
        json.WriteEndArray();
    });

    public Task ModelAsync(HttpContext context) => GuardAsync(context, () =>
    {
        var model = Named(context);
        var version = Find(model, VersionOf(context));
        var body = new ArrayBufferWriter<byte>(1024);
        ResponseWriter.WriteModel(body, model, version);
        return SendAsync(context, StatusCodes.Status200OK, body);
    });

    public Task ModelReadyAsync(HttpContext context) => GuardAsync(context, () =>
    {
        var model = Named(context);
        var isReady = model.IsReady && (VersionOf(context) is not { } number || Find(model, number) is not null);
        return AnswerAsync(context, isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, json =>
        {
            json.WriteString("name", model.Name);
            json.WriteBoolean("ready", isReady);
        });
    });

    public Task InferAsync(HttpContext context) => GuardAsync(context, async () =>
    {
        var model = Named(context);
        var version = VersionOf(context);
        if (context.Request.Headers.ContainsKey("Inference-Header-Content-Length"))
        {
            throw new RequestFaultException(
                StatusCodes.Status400BadRequest, "The body carries binary tensors, which this server does not have (its extensions are listed at /v2). Send JSON: binary_data=False in tritonclient.");
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            // Ours is the limit that answers; the server's, which cuts the connection, only stops those who go on sending.
            limit.MaxRequestBodySize = (2L * options.MaxRequestBytes) + (1 << 20);
        }

        using var body = await RequestBody.ReadAsync(context.Request, options.MaxRequestBytes).ConfigureAwait(false);
        using var request = _reader.Read(body.Bytes);
        var query = new TensorQuery
        {
            Inputs = request.Inputs,
            Outputs = request.Outputs,
            Version = version,
            Key = request.RoutingKey ?? request.Id,
        };
        var answer = await model.RunAsync(query, context.RequestAborted).ConfigureAwait(false);
        var response = new ArrayBufferWriter<byte>(1024);
        ResponseWriter.WriteInference(response, model, request.Id, answer);
        await SendAsync(context, StatusCodes.Status200OK, response).ConfigureAwait(false);
    });

    public static Task NothingAsync(HttpContext context) => FailAsync(
        context, StatusCodes.Status404NotFound, $"There is no {context.Request.Method} {context.Request.Path} here.");

    private static ServedVersion Find(ServedModel model, long? version)
    {
        var champion = model.Champion ?? throw new ModelNotReadyException(model.Name);
        return version is not { } number || champion.Number == number ? champion
            : model.Challenger is { } challenger && challenger.Number == number ? challenger
            : throw new ModelVersionNotServedException(model.Name, number);
    }

    private static long? VersionOf(HttpContext context) => context.GetRouteValue("version") is not string text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new RequestFaultException(StatusCodes.Status404NotFound, $"There is no version '{text}': versions are whole numbers.");

    private static Task AnswerAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return SendAsync(context, status, body);
    }

    private static Task SendAsync(HttpContext context, int status, ArrayBufferWriter<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.WrittenCount;
        return context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted).AsTask();
    }

    private static Task FailAsync(HttpContext context, int status, string message) =>
        AnswerAsync(context, status, json => json.WriteString("error", message));

    private async Task GuardAsync(HttpContext context, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer.
        }
        catch (Exception fault) when (!context.Response.HasStarted && StatusOf(fault) is { } status)
        {
            await FailAsync(context, status, fault.Message).ConfigureAwait(false);
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            logger.RequestFailed(context.Request.Path, fault);
            await FailAsync(context, StatusCodes.Status500InternalServerError, "The server failed; its log says why.").ConfigureAwait(false);
        }
    }

    private static int? StatusOf(Exception fault) => fault switch
    {
        RequestFaultException known => known.Status,
        BadHttpRequestException known => known.StatusCode,
        ModelNotServedException or ModelVersionNotServedException => StatusCodes.Status404NotFound,
        ModelNotReadyException => StatusCodes.Status503ServiceUnavailable,
        SchemaMismatchException or InvalidDataException => StatusCodes.Status400BadRequest,
        NonFiniteScoresException => StatusCodes.Status500InternalServerError,
        _ => null,
    };

    private ServedModel Named(HttpContext context) => host.Get((string)context.GetRouteValue("model")!);
}
