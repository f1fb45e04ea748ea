using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Nexus.E2E.Running;

/// <summary>A line between a browser and a server that can be cut and mended: TCP connections are passed on, or dropped and refused.</summary>
public sealed class CuttableLine : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, TcpClient> _open = [];
    private readonly CancellationTokenSource _ended = new();
    private readonly Uri _server;
    private readonly Task _accepting;
    private volatile bool _cut;

    /// <summary>Lays a line to <paramref name="server"/>.</summary>
    public CuttableLine(Uri server)
    {
        _server = server;
        _listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    /// <summary>The near end: what the browser opens.</summary>
    public Uri Url { get; }

    /// <summary>Drops every connection and refuses new ones.</summary>
    public void Cut()
    {
        _cut = true;
        foreach ((TcpClient near, TcpClient far) in _open)
        {
            near.Dispose();
            far.Dispose();
        }
    }

    /// <summary>Lets connections through again.</summary>
    public void Mend() => _cut = false;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Cut();
        await _ended.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                TcpClient near = await _listener.AcceptTcpClientAsync(_ended.Token);
                _ = _cut ? DropAsync(near) : PassOnAsync(near);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static Task DropAsync(TcpClient near)
    {
        near.Dispose();
        return Task.CompletedTask;
    }

    private async Task PassOnAsync(TcpClient near)
    {
        using TcpClient far = new();
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _server.Port);
            _open[near] = far;
            await Task.WhenAny(
                near.GetStream().CopyToAsync(far.GetStream()),
                far.GetStream().CopyToAsync(near.GetStream()));
        }
        catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Either side hung up: that is what a line does.
        }
        finally
        {
            _open.TryRemove(near, out _);
            near.Dispose();
        }
    }
}
