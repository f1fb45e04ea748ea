using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Nexus.E2E.Browsing;

/// <summary>What a person would not see but a browser complains of: console and page errors, failed requests, requests that leave the server.</summary>
public sealed class Troubles
{
    private readonly ConcurrentQueue<string> _seen = [];
    private readonly ConcurrentBag<Func<string, bool>> _expected = [];

    internal Troubles(IBrowserContext context, Uri server)
    {
        context.Console += (_, message) => When(message.Type == "error", $"console: {message.Text} ({message.Location})");
        context.WebError += (_, error) => When(true, $"page error: {error.Error}");
        context.Request += (_, request) => When(Leaves(request.Url, server), $"leaves this server: {request.Url}");
        context.Response += (_, response) => When(response.Status >= 400, $"{response.Status} {response.Request.Method} {response.Url}");
        // A page that is left cancels what it was loading: that is no failure.
        context.RequestFailed += (_, request) => When(request.Failure != "net::ERR_ABORTED", $"failed: {request.Method} {request.Url}: {request.Failure}");
        context.Page += (_, page) => page.WebSocket += (_, socket) => When(Leaves(socket.Url, server), $"leaves this server: {socket.Url}");
    }

    /// <summary>All that was seen and not expected.</summary>
    public IReadOnlyList<string> Seen => [.. _seen.Where(trouble => !_expected.Any(expected => expected(trouble)))];

    /// <summary>Says that troubles with this text are part of the test.</summary>
    public void Expect(string text) => _expected.Add(trouble => trouble.Contains(text, StringComparison.Ordinal));

    /// <summary>Says that from now on anything may go wrong, as on a line that is cut.</summary>
    public void ExpectAnything() => _expected.Add(_ => true);

    private static bool Leaves(string url, Uri server) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? target)
        && target.Scheme is "http" or "https" or "ws" or "wss"
        && new Uri(url).Authority != server.Authority;

    private void When(bool holds, string trouble)
    {
        if (holds)
        {
            _seen.Enqueue(trouble);
        }
    }
}
