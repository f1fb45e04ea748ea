using System.Collections.Concurrent;
using System.Net;

namespace Nexus.E2E.Alerts;

/// <summary>Somebody else's HTTP server, which keeps what it is sent.</summary>
internal sealed class HookReceiver : IDisposable
{
    private readonly HttpListener _listener = new();

    public HookReceiver()
    {
        using (System.Net.Sockets.TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/hook/";
        }

        _listener.Prefixes.Add(Url);
        _listener.Start();
        _ = RunAsync();
    }

    public string Url { get; }

    /// <summary>What it answers.</summary>
    public int Status { get; set; } = 200;

    /// <summary>The keys of what it was sent, as they came, with what it answered.</summary>
    public ConcurrentQueue<(string Key, string Body, int Status)> Taken { get; } = new();

    public void Dispose() => _listener.Close();

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                HttpListenerContext call = await _listener.GetContextAsync();
                using StreamReader reader = new(call.Request.InputStream);
                int status = Status;
                Taken.Enqueue((call.Request.Headers["Idempotency-Key"]!, await reader.ReadToEndAsync(), status));
                call.Response.StatusCode = status;
                call.Response.Close();
            }
        }
        catch (Exception over) when (over is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }
}
