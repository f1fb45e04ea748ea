using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Nexus.Dashboard.Outbound;

namespace Nexus.Dashboard.Features.Alerts.Delivery;

/// <summary>Sends webhooks. Of the answer only the status is looked at: what an address says is nobody's to read here.</summary>
internal sealed class WebhookSender(OutboundHttp http, TimeProvider time) : IAlertSender
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(10);
    private static readonly HttpStatusCode[] Passing = [HttpStatusCode.RequestTimeout, (HttpStatusCode)425, HttpStatusCode.TooManyRequests];

    /// <inheritdoc/>
    public ChannelKind Kind => ChannelKind.Webhook;

    /// <inheritdoc/>
    public async Task<SendOutcome> SendAsync(AlertChannel channel, string key, string body, CancellationToken cancellation)
    {
        Uri url = new(channel.Url!);
        DateTimeOffset now = time.GetUtcNow();
        using HttpRequestMessage request = new(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        request.Headers.UserAgent.ParseAdd("Nexus");
        request.Headers.Add("Idempotency-Key", key);
        request.Headers.Add("webhook-id", key);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        if (channel.SecretVariable is { } variable)
        {
            if (Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } secret)
            {
                return new SendOutcome(false, $"The environment variable {variable} with the secret is not set for the server: set it and restart");
            }

            request.Headers.Add("webhook-signature", WebhookSecret.Sign(secret, key, now, body));
        }

        using CancellationTokenSource within = new(Within, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, within.Token);
        try
        {
            using HttpResponseMessage answer = await http.SendAsync(request, either.Token);
            return Of(answer);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new SendOutcome(false, $"{url.Host} did not answer within {Within.TotalSeconds:0} s");
        }
        catch (Exception failure) when (failure is HttpRequestException or OutboundRefusedException or IOException or SocketException)
        {
            return (failure as OutboundRefusedException ?? failure.InnerException as OutboundRefusedException) is { } refused
                ? new SendOutcome(false, refused.Message, IsFinal: true)
                : new SendOutcome(false, $"{url.Host} was not reached: {Innermost(failure).Message}");
        }
    }

    private SendOutcome Of(HttpResponseMessage answer)
    {
        string said = $"{(int)answer.StatusCode} {answer.ReasonPhrase}".TrimEnd();
        TimeSpan? retryAfter = answer.Headers.RetryAfter?.Delta ?? (answer.Headers.RetryAfter?.Date is { } date ? date - time.GetUtcNow() : null);
        return answer.IsSuccessStatusCode ? new SendOutcome(true, said)
            : new SendOutcome(false, (int)answer.StatusCode is >= 300 and < 400 ? $"{said}: redirects are not followed, name the address itself" : said, (int)answer.StatusCode < 500 && !Passing.Contains(answer.StatusCode), retryAfter);
    }

    private static Exception Innermost(Exception failure) => failure.InnerException is { } inner ? Innermost(inner) : failure;
}
