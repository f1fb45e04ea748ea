using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Nexus.Dashboard.Features.Alerts.Delivery;

namespace Nexus.Dashboard.Tests.Dashboard.Alerts;

/// <summary>Webhooks to a real HTTP server.</summary>
public sealed class WebhookTests
{
    private const string Variable = "NEXUS_ALERTS_WEBHOOK_TESTS";
    private const string Secret = "not to be guessed";

    [Fact]
    public async Task A_webhook_tells_what_fires_signed_with_a_time_stamp_and_a_key_to_know_it_by()
    {
        Environment.SetEnvironmentVariable(Variable, Secret);
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using AlertScene scene = await AlertScene.StartAsync();
        await scene.WebhookAsync(receiver.Url, Variable);

        await scene.FireAsync();
        await scene.PassAsync(1);

        (IHeaderDictionary headers, string body) = Assert.Single(receiver.Taken);
        AlertDelivery delivery = Assert.Single(await scene.DeliveriesAsync());
        Assert.Equal((DeliveryState.Delivered, "200 OK"), (delivery.State, delivery.Result));
        Assert.Equal((delivery.Key, delivery.Key, "application/json"), (headers["Idempotency-Key"].ToString(), headers["webhook-id"].ToString(), headers.ContentType.ToString()));

        // As a receiver would check it, by the text of Standard Webhooks.
        string signed = $"{headers["webhook-id"]}.{headers["webhook-timestamp"]}.{body}";
        Assert.Equal($"v1,{Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(signed)))}", headers["webhook-signature"].ToString());
        Assert.Equal(scene.Clock.GetUtcNow().ToUnixTimeSeconds(), long.Parse(headers["webhook-timestamp"].ToString(), System.Globalization.CultureInfo.InvariantCulture));

        JsonElement told = JsonDocument.Parse(body).RootElement;
        Assert.Equal(("alert.firing", "warning", "acme is at 95.0\u00A0%."), (told.GetProperty("type").GetString(), told.GetProperty("severity").GetString(), told.GetProperty("summary").GetString()));
        JsonElement alert = told.GetProperty("alerts")[0];
        Assert.Equal(("firing", "acme", 0.95, 0.9), (alert.GetProperty("state").GetString(), alert.GetProperty("owner").GetString(), alert.GetProperty("value").GetDouble(), alert.GetProperty("threshold").GetDouble()));
        Assert.DoesNotContain(Secret, body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_of_bytes_signs_like_the_published_example() =>
        // The example of standardwebhooks.com's specification and libraries.
        Assert.Equal(
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            WebhookSecret.Sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), """{"test": 2432232314}"""));

    [Fact]
    public async Task What_a_server_cannot_take_now_is_sent_again_until_it_does()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        receiver.Status = static call => call switch { 1 => 503, 2 => 429, _ => 204 };
        await using AlertScene scene = await AlertScene.StartAsync();
        await scene.WebhookAsync(receiver.Url);

        await scene.FireAsync();
        await scene.PassAsync(5);

        Assert.Equal(3, receiver.Taken.Count);
        Assert.Single(receiver.Taken.Select(t => t.Headers["Idempotency-Key"].ToString()).Distinct());
        Assert.Equal((DeliveryState.Delivered, 3, "204 No Content"), Assert.Single(await scene.DeliveriesAsync()) is var d ? (d.State, d.Attempts, d.Result) : default);
    }

    [Theory]
    [InlineData(404, "404 Not Found")]
    [InlineData(401, "401 Unauthorized")]
    public async Task What_a_server_refuses_for_good_is_given_up(int status, string said)
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        receiver.Status = _ => status;
        await using AlertScene scene = await AlertScene.StartAsync();
        await scene.WebhookAsync(receiver.Url);

        await scene.FireAsync();
        await scene.PassAsync(5);

        Assert.Equal((DeliveryState.Dead, 1, said), Assert.Single(await scene.DeliveriesAsync()) is var d ? (d.State, d.Attempts, d.Result) : default);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using AlertScene scene = await AlertScene.StartAsync();
        AlertChannel moved = new() { Id = "moved", Kind = ChannelKind.Webhook, Url = new Uri(receiver.Url, "/moved").ToString() };

        SendOutcome outcome = await scene.Courier.TestAsync(moved, "dana", CancellationToken.None);

        Assert.Equal((false, true, "302 Found: redirects are not followed, name the address itself"), (outcome.Taken, outcome.IsFinal, outcome.Result));
        Assert.Empty(receiver.Taken);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/")]
    [InlineData("http://localhost:9/")]
    [InlineData("http://[::1]:9/")]
    public async Task A_private_address_is_refused_when_it_is_connected_to_whatever_its_name(string url)
    {
        await using AlertScene scene = await AlertScene.StartAsync(allowPrivate: false);

        SendOutcome outcome = await scene.Courier.TestAsync(new AlertChannel { Id = "x", Kind = ChannelKind.Webhook, Url = url }, "dana", CancellationToken.None);

        Assert.True(outcome is { Taken: false, IsFinal: true });
        Assert.Contains("is a private address: set Nexus:Outbound:AllowPrivate", outcome.Result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_clouds_keep_credentials_is_refused_even_where_private_addresses_may_be_called()
    {
        await using AlertScene scene = await AlertScene.StartAsync(allowPrivate: true);

        SendOutcome outcome = await scene.Courier.TestAsync(new AlertChannel { Id = "x", Kind = ChannelKind.Webhook, Url = "http://169.254.169.254/latest/meta-data/" }, "dana", CancellationToken.None);

        Assert.Contains("link-local", outcome.Result, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_the_server_does_not_have_is_said_and_nothing_is_sent_unsigned()
    {
        await using WebhookReceiver receiver = await WebhookReceiver.StartAsync();
        await using AlertScene scene = await AlertScene.StartAsync();

        SendOutcome outcome = await scene.Courier.TestAsync(new AlertChannel { Id = "x", Kind = ChannelKind.Webhook, Url = receiver.Url.ToString(), SecretVariable = "NEXUS_ALERTS_NOBODY_SET_THIS" }, "dana", CancellationToken.None);

        Assert.Equal("The environment variable NEXUS_ALERTS_NOBODY_SET_THIS with the secret is not set for the server: set it and restart", outcome.Result);
        Assert.Empty(receiver.Taken);
    }

    [Fact]
    public async Task Where_nobody_listens_it_says_so()
    {
        await using AlertScene scene = await AlertScene.StartAsync();
        WebhookReceiver gone = await WebhookReceiver.StartAsync();
        Uri url = gone.Url;
        await gone.DisposeAsync();

        SendOutcome outcome = await scene.Courier.TestAsync(new AlertChannel { Id = "x", Kind = ChannelKind.Webhook, Url = url.ToString() }, "dana", CancellationToken.None);

        Assert.Equal((false, false, "127.0.0.1 was not reached: Connection refused"), (outcome.Taken, outcome.IsFinal, outcome.Result));
    }
}
