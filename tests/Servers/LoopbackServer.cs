using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Workflow.Servers;

/// <summary>A server that a test process starts on a free port of the loopback interface, and ends by its id.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private LoopbackServer(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <summary>Gets a port that nobody listens on.</summary>
    public static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    /// <summary>Starts a program and waits until it listens.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments, given the port.</param>
    public static async Task<LoopbackServer> StartAsync(string program, Func<int, IEnumerable<string>> arguments)
    {
        var port = FreePort();
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in arguments(port))
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new LoopbackServer(process, port);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Dispose();
        for (var started = TimeProvider.System.GetTimestamp(); ; await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System))
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return server;
            }
            catch (SocketException) when (TimeProvider.System.GetElapsedTime(started) < StartTimeout && !process.HasExited)
            {
                // Not yet.
            }
        }
    }

    public void Dispose()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }
}
