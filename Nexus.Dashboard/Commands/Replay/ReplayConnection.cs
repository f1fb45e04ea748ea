using System.Net;
using System.Net.Http.Headers;

namespace Nexus.Dashboard.Commands.Replay;

/// <summary>Connections for a replay: few for the calls that are answered at once, many for those that wait.</summary>
internal static class ReplayConnection
{
    /// <summary>Enough for some ten thousand calls a second; more would only queue in the server instead of here.</summary>
    private const int Calls = 64;

    public static ReplayClient Open(Uri url, string key, TimeProvider time, ReplayTally tally) =>
        new(Client(url, key, Calls), Client(url, key, ReplayClient.MaxWaiting), time, tally);

    private static HttpClient Client(Uri url, string key, int connections)
    {
        SocketsHttpHandler handler = new()
        {
            MaxConnectionsPerServer = connections,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            AutomaticDecompression = DecompressionMethods.None,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !url.IsLoopback,
            ActivityHeadersPropagator = null, // nobody traces a load; it costs a string and a header a call
        };
        HttpClient client = new(handler) { BaseAddress = new(url.AbsoluteUri.TrimEnd('/') + "/") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }
}
