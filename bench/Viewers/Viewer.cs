using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace Nexus.Bench.Viewers;

/// <summary>Somebody who looks at the Overview.</summary>
internal abstract class Viewer : IAsyncDisposable
{
    private readonly Received _received = new();

    /// <summary>Bytes that arrived so far.</summary>
    public virtual long Bytes => _received.Bytes;

    /// <summary>What it saw so far: frames, or renderings of the page.</summary>
    public abstract int Seen { get; }

    public abstract ValueTask DisposeAsync();

    /// <summary>A connection as the browser opens it: one web socket, the session's cookie.</summary>
    protected HubConnection Connect(Uri url, CookieContainer session, IHubProtocol protocol)
    {
        HubConnectionBuilder builder = new();
        builder.WithUrl(url, (HttpConnectionOptions http) =>
        {
            http.SkipNegotiation = true;
            http.Transports = HttpTransportType.WebSockets;
            http.Cookies = session;
            http.WebSocketFactory = async (context, cancellation) =>
            {
                ClientWebSocket socket = new();
                socket.Options.Cookies = session;
                await socket.ConnectAsync(context.Uri, cancellation);
                return new CountingWebSocket(socket, _received);
            };
        });
        builder.Services.AddSingleton(protocol);
        return builder.Build();
    }
}

/// <summary>What the charts of the page and other machines do: subscribes to the hub's topic <c>overview</c> in MessagePack.</summary>
internal sealed class HubViewer : Viewer
{
    private readonly HubConnection _connection;
    private readonly CancellationTokenSource _end = new();
    private Task _watching = Task.CompletedTask;
    private int _seen;

    private HubViewer(Uri server, CookieContainer session) => _connection = Connect(new Uri(server, "/hubs/engine"), session, new MessagePackHubProtocol());

    public override int Seen => Volatile.Read(ref _seen);

    public static async Task<Viewer> OpenAsync(Uri server, CookieContainer session)
    {
        HubViewer viewer = new(server, session);
        await viewer._connection.StartAsync();
        viewer._watching = viewer.WatchAsync();
        return viewer;
    }

    public override async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watching;
        await _connection.DisposeAsync();
        _end.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            await foreach (object? frame in _connection.StreamAsync<object>("Subscribe", "overview", _end.Token))
            {
                _seen += frame is null ? 0 : 1;
            }
        }
        catch (OperationCanceledException)
        {
            // It has seen enough.
        }
    }
}
