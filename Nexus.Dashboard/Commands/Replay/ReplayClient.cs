using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Nexus.Dashboard.Commands.Replay;

/// <summary>The calls of the HTTP API that a replay makes. What fails in passing is sent again, with the same id, so that it happens once.</summary>
internal sealed class ReplayClient(HttpClient calls, HttpClient waits, TimeProvider time, ReplayTally tally) : IDisposable
{
    /// <summary>How long a waiting call asks the server to wait; the API's most.</summary>
    private const string WaitFor = "PT60S";

    private const string Limits = "/proc/self/limits";

    /// <summary>How long a call is tried again before it counts as failed: a restart of the server passes within it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly byte[] NoBody = [];

    private readonly SemaphoreSlim _waiting = new(MaxWaiting);

    /// <summary>A waiting call holds a connection, of which there are no more than ports and open files. Requests beyond this bound learn of their grants when an earlier one has, and hold them meanwhile.</summary>
    public static int MaxWaiting { get; } = Math.Min(25_000, OpenFiles() / 10 * 9);

    public Task<Answer<RequestAnswer>> SubmitAsync(SubmitBody body, CancellationToken cancellation) =>
        PostAsync("api/v1/requests", JsonSerializer.SerializeToUtf8Bytes(body, ReplayWire.Default.SubmitBody), ReplayWire.Default.RequestAnswer, cancellation);

    /// <summary>Answers when a request has news, or after a minute.</summary>
    /// <param name="request">It waits; or it runs, and <paramref name="seen"/> is given.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <param name="seen">The version that is known here.</param>
    public async Task<Answer<RequestAnswer>> WaitAsync(SubmitBody request, CancellationToken cancellation, long? seen = null)
    {
        await _waiting.WaitAsync(cancellation);
        try
        {
            return await SendAsync(waits, () => new(HttpMethod.Get, $"{Of(request)}&wait={WaitFor}{(seen is null ? "" : string.Create(CultureInfo.InvariantCulture, $"&seen={seen}"))}"), ReplayWire.Default.RequestAnswer, cancellation);
        }
        finally
        {
            _waiting.Release();
        }
    }

    public Task<Answer<RequestAnswer>> CancelAsync(SubmitBody request, CancellationToken cancellation) =>
        PostAsync(Of(request, "/cancel"), NoBody, ReplayWire.Default.RequestAnswer, cancellation);

    public Task<Answer<JsonElement>> RenewAsync(string lease, CancellationToken cancellation) =>
        PostAsync($"api/v1/leases/{Uri.EscapeDataString(lease)}/renew", NoBody, ReplayWire.Default.JsonElement, cancellation);

    public Task<Answer<ReleaseAnswer>> ReleaseAsync(string lease, ReleaseBody body, CancellationToken cancellation) =>
        PostAsync(
            $"api/v1/leases/{Uri.EscapeDataString(lease)}/release",
            JsonSerializer.SerializeToUtf8Bytes(body, ReplayWire.Default.ReleaseBody),
            ReplayWire.Default.ReleaseAnswer,
            cancellation);

    public Task<Answer<PoolsAnswer>> PoolsAsync(string? cursor, CancellationToken cancellation) =>
        SendAsync(
            calls,
            () => new(HttpMethod.Get, cursor is null ? "api/v1/pools?limit=1000" : $"api/v1/pools?limit=1000&cursor={Uri.EscapeDataString(cursor)}"),
            ReplayWire.Default.PoolsAnswer,
            cancellation);

    /// <summary>Makes sure before the first request that somebody answers there.</summary>
    /// <exception cref="CommandException">Nobody does, or it is not ready.</exception>
    public async Task GreetAsync(CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage response = await calls.GetAsync(new Uri("health/ready", UriKind.Relative), cancellation);
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                string why = await response.Content.ReadAsStringAsync(cancellation);
                throw CommandException.Failed($"the server at {calls.BaseAddress} is not ready: {why}");
            }
        }
        catch (HttpRequestException fault)
        {
            throw CommandException.Failed($"no server answers at {calls.BaseAddress}: {fault.Message}. Start one with serve, or name another with --url.", fault);
        }
    }

    public void Dispose()
    {
        calls.Dispose();
        waits.Dispose();
        _waiting.Dispose();
    }

    // As many as a process may have open; where nobody says, as many as most systems allow.
    private static int OpenFiles() =>
        File.Exists(Limits) && File.ReadLines(Limits).FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal)) is { } line
        && int.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], CultureInfo.InvariantCulture, out int soft) ? soft : 10_000;

    // A key may see several tenants, and ids are unique within one.
    private static string Of(SubmitBody request, string action = "") =>
        $"api/v1/requests/{Uri.EscapeDataString(request.Id)}{action}?owner={Uri.EscapeDataString(request.Owner)}";

    private Task<Answer<T>> PostAsync<T>(string path, byte[] body, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        return SendAsync(calls, Message, type, cancellation);

        HttpRequestMessage Message()
        {
            HttpRequestMessage message = new(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
            message.Content.Headers.ContentType = Json;
            return message;
        }
    }

    private async Task<Answer<T>> SendAsync<T>(HttpClient http, Func<HttpRequestMessage> message, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        TimeSpan pause = FirstPause;
        long? failingSince = null;
        while (true)
        {
            TimeSpan again = pause;
            string fault;
            try
            {
                using HttpRequestMessage request = message();
                using HttpResponseMessage response = await http.SendAsync(request, cancellation);
                if (!IsPassing(response.StatusCode))
                {
                    return await ReadAsync(response, type, cancellation);
                }

                tally.Retried();
                again = RetryAfter(response) ?? pause;
                fault = $"{(int)response.StatusCode} for longer than {Patience.TotalSeconds:0} s";
            }
            catch (Exception lost) when (IsConnectionLost(lost, cancellation))
            {
                tally.Reconnected();
                fault = $"no answer for longer than {Patience.TotalSeconds:0} s: {lost.Message}";
            }

            failingSince ??= time.GetTimestamp();
            if (time.GetElapsedTime(failingSince.Value) + again > Patience)
            {
                return new(0, default, fault);
            }

            await Task.Delay(again, time, cancellation);
            pause = pause < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static async Task<Answer<T>> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellation);
        int status = (int)response.StatusCode;
        try
        {
            if (response.IsSuccessStatusCode)
            {
                return new(status, JsonSerializer.Deserialize(body, type), null);
            }

            ProblemAnswer? problem = body.Length == 0 ? null : JsonSerializer.Deserialize(body, ReplayWire.Default.ProblemAnswer);
            string fields = problem?.Errors is { Count: > 0 } errors ? $" ({string.Join(", ", errors.Select(e => $"{e.Key}: {e.Value}"))})" : "";
            return new(status, default, $"{status} {problem?.Type} {problem?.Detail ?? problem?.Title}{fields}".TrimEnd());
        }
        catch (JsonException)
        {
            return new(status, default, $"{status} with a body that is not what the API promises");
        }
    }

    private static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout;

    private static bool IsConnectionLost(Exception fault, CancellationToken cancellation) =>
        fault is HttpRequestException or IOException || (fault is OperationCanceledException && !cancellation.IsCancellationRequested);

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => null,
    };
}

/// <summary>What came of a call.</summary>
/// <param name="Status">The HTTP status; 0 where there was no answer.</param>
/// <param name="Body">The answer, where it was a success.</param>
/// <param name="Fault">What went wrong, where it was not.</param>
internal readonly record struct Answer<T>(int Status, T? Body, string? Fault);
