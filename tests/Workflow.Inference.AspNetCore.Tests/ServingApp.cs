using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Workflow.Inference.Scoring;
using Workflow.Inference.Serving;

namespace Workflow.Inference.AspNetCore.Tests;

/// <summary>A program that serves models, in memory or on a real port of the loopback interface.</summary>
internal sealed class ServingApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _folder;

    private ServingApp(WebApplication app, string folder) => (_app, _folder) = (app, folder);

    public ModelHost Models => _app.Services.GetRequiredService<ModelHost>();

    public IServiceProvider Services => _app.Services;

    public string Address => _app.Urls.Single();

    public static async Task<ServingApp> StartAsync(
        Dictionary<string, byte[]> models, bool isReal = false, OpenInferenceOptions? options = null, Action<WebApplicationBuilder>? configure = null)
    {
        var folder = Path.Combine(Path.GetTempPath(), "workflow-http-" + Guid.NewGuid().ToString("n"));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        if (isReal)
        {
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        }
        else
        {
            builder.WebHost.UseTestServer();
        }

        builder.Services.AddWorkflowData(o => o.Root = folder);
        var inference = builder.Services.AddWorkflowInference();
        foreach (var (name, bytes) in models)
        {
            inference.AddModel(name, m =>
            {
                m.Source = bytes.Length == 0 ? null : ModelSource.FromBytes(bytes, 3);
                m.Scorer.NonFiniteScores = name.StartsWith("nan", StringComparison.Ordinal) ? NonFiniteScores.Allow : NonFiniteScores.Reject;
            });
        }

        configure?.Invoke(builder);
        var app = builder.Build();
        app.MapOpenInference(options);
        await app.StartAsync();
        return new ServingApp(app, folder);
    }

    public HttpClient Client() => _app.Urls.Count > 0 ? new HttpClient { BaseAddress = new Uri(Address) } : _app.GetTestClient();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
