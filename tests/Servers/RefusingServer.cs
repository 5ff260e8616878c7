using System.Net;

namespace Workflow.Servers;

/// <summary>Answers every request with 403 and a body.</summary>
internal sealed class RefusingServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _answering;

    public RefusingServer(string body)
    {
        Address = $"http://127.0.0.1:{LoopbackServer.FreePort()}";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _answering = AnswerAsync(System.Text.Encoding.UTF8.GetBytes(body));
    }

    public string Address { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _answering;
    }

    private async Task AnswerAsync(byte[] body)
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                context.Response.StatusCode = 403;
                context.Response.ContentType = "application/xml";
                if (context.Request.HttpMethod != "HEAD")
                {
                    await context.Response.OutputStream.WriteAsync(body);
                }

                context.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }
}
