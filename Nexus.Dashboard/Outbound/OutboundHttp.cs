using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Nexus.Dashboard.Outbound;

/// <summary>Makes clients for addresses that people configured: what is connected to is what was checked, redirects are not followed, and no proxy stands between.</summary>
/// <remarks>A name is looked up and judged at the moment of connecting: a check beforehand could be answered with another address than the connection gets.</remarks>
internal sealed class OutboundHttp(IOptions<OutboundOptions> options) : IDisposable
{
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(2);

    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = ConnectWithin,
        PooledConnectionLifetime = Kept,
        ConnectCallback = (context, cancellation) => ConnectAsync(context.DnsEndPoint, options.Value.AllowPrivate, cancellation),
    });

    /// <summary>Why an address that stands in a URL as it is may not be called; names are judged when they are connected to.</summary>
    public string? Fault(Uri url) => IPAddress.TryParse(url.IdnHost.Trim('[', ']'), out IPAddress? address) ? OutboundAddresses.Fault(address, options.Value.AllowPrivate) : null;

    /// <summary>Sends a request.</summary>
    /// <exception cref="OutboundRefusedException">Its address may not be called; it may lie within another exception.</exception>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation) => _invoker.SendAsync(request, cancellation);

    public void Dispose() => _invoker.Dispose();

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint to, bool allowPrivate, CancellationToken cancellation)
    {
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(to.Host, cancellation);
        foreach (IPAddress address in addresses)
        {
            // One that may not be called spoils the name: nobody is asked twice until another address comes first.
            if (OutboundAddresses.Fault(address, allowPrivate) is { } fault)
            {
                throw new OutboundRefusedException(fault);
            }
        }

        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, to.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
