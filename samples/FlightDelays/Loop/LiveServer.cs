using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Workflow.Inference.Serving;

namespace FlightDelays.Loop;

/// <summary>The model behind HTTP on a loopback port, as a host would serve it.</summary>
internal sealed class LiveServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LiveServer(WebApplication app, HttpClient client) => (_app, Client) = (app, client);

    /// <summary>Gets the served model, for scoring in process.</summary>
    public ServedModel Model => _app.Services.GetRequiredService<ModelHost>().Get(Flights.FlightModel.Name);

    /// <summary>Gets a client whose base address is the server.</summary>
    public HttpClient Client { get; }

    /// <summary>Starts the server.</summary>
    /// <param name="root">The folder of the suite's state.</param>
    /// <param name="source">Which model to serve.</param>
    public static async Task<LiveServer> StartAsync(string root, ModelSource source, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddWorkflowData(o => o.Root = root);
        builder.Services.AddWorkflowInference().AddModel(Flights.FlightModel.Name, m => m.Source = source);
        var app = builder.Build();
        app.MapOpenInference();
        await app.StartAsync(cancellationToken);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new LiveServer(app, new HttpClient { BaseAddress = new Uri(address) });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
