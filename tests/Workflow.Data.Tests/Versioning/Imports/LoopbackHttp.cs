using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Workflow.Data.Versioning.Imports;

/// <summary>A server of http on this machine that says what a test wants, byte by byte.</summary>
internal sealed class LoopbackHttp : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, string, string?, HttpAnswer> _answer;

    /// <param name="answer">By method, path and value of <c>Range</c>.</param>
    public LoopbackHttp(Func<string, string, string?, HttpAnswer> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _ = AcceptAsync();
    }

    public string Address { get; }

    /// <summary>Gets the requests, as <c>METHOD path range</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        try
        {
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.ASCII);
            var first = (await reader.ReadLineAsync() ?? "").Split(' ');
            string? range = null;
            while (await reader.ReadLineAsync() is { Length: > 0 } line)
            {
                range = line.StartsWith("Range:", StringComparison.OrdinalIgnoreCase) ? line["Range:".Length..].Trim() : range;
            }

            if (first.Length < 2)
            {
                return;
            }

            Requests.Enqueue($"{first[0]} {first[1]} {range}");
            var answer = _answer(first[0], first[1], range);
            var body = Encoding.UTF8.GetBytes(answer.Body);
            var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {answer.Status} Said\r\nConnection: close\r\n");
            head.Append(answer.HasLength ? string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n") : "");
            foreach (var header in answer.Headers)
            {
                head.Append(header).Append("\r\n");
            }

            await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()));
            if (first[0] != "HEAD")
            {
                await stream.WriteAsync(body.AsMemory(0, answer.SentBytes ?? body.Length));
            }
        }
        catch (IOException)
        {
            // The client has gone.
        }
    }
}
