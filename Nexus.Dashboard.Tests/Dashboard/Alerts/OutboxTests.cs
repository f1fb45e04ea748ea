using Nexus.Dashboard.Access;
using Nexus.Dashboard.Features.Alerts.Delivery;
using Nexus.Dashboard.Features.Alerts.Rules;

namespace Nexus.Dashboard.Tests.Dashboard.Alerts;

/// <summary>Nobody is told twice of what they took, nothing is lost, whenever the program dies.</summary>
public sealed class OutboxTests
{
    [Fact]
    public async Task What_a_rule_finds_within_half_a_minute_is_told_at_once()
    {
        StubSender sender = new();
        await using AlertScene scene = await SceneAsync(sender);

        await scene.FireAsync("acme", "globex", "initech");
        scene.Clock.Advance(TimeSpan.FromSeconds(29));
        await scene.Courier.RoundAsync(CancellationToken.None);
        Assert.Empty(sender.Sent);

        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        await scene.Courier.RoundAsync(CancellationToken.None);
        DeliveryMessage told = DeliveryMessage.Parse(Assert.Single(sender.Sent).Body);
        Assert.Equal(("alert.firing", "full", 3, "acme is at 95.0\u00A0%, and 2 others.", "Look at it."), (told.Type, told.Rule, told.Alerts.Count, told.Summary, told.Description));
        Assert.Equal(["acme", "globex", "initech"], told.Alerts.Select(a => a.Owner));
    }

    [Fact]
    public async Task What_comes_after_a_message_was_settled_is_told_in_another()
    {
        StubSender sender = new() { Outcome = new SendOutcome(false, "503 Service Unavailable") };
        await using AlertScene scene = await SceneAsync(sender);
        await scene.FireAsync("acme");
        await scene.PassAsync(1);

        await scene.FireAsync("globex");
        await scene.PassAsync(1);

        Assert.Equal(["acme", "globex"], sender.Sent.Select(s => string.Join(' ', DeliveryMessage.Parse(s.Body).Alerts.Select(a => a.Owner))).Distinct());
    }

    [Fact]
    public async Task Each_attempt_sends_the_same_under_the_same_key()
    {
        StubSender sender = new() { Outcome = new SendOutcome(false, "503 Service Unavailable") };
        await using AlertScene scene = await SceneAsync(sender);
        await scene.FireAsync();
        await scene.PassAsync(10);
        scene.Source.Values["acme"] = 0.99;
        await scene.PassAsync(10);

        Assert.True(sender.Sent.Count > 3);
        Assert.Single(sender.Sent.Distinct());
    }

    [Fact]
    public async Task It_is_tried_ever_later_and_given_up_in_the_end_where_people_see_it()
    {
        StubSender sender = new() { Outcome = new SendOutcome(false, "503 Service Unavailable") };
        await using AlertScene scene = await SceneAsync(sender);
        await scene.FireAsync();

        List<int> counts = [];
        for (int hour = 0; hour < 3; hour++)
        {
            await scene.PassAsync(60);
            counts.Add(sender.Sent.Count);
        }

        AlertDelivery delivery = Assert.Single(await scene.DeliveriesAsync());
        Assert.Equal((DeliveryState.Dead, 10, "503 Service Unavailable"), (delivery.State, delivery.Attempts, delivery.Result));
        Assert.Equal((10, 10), (counts[1], counts[2]));
        Assert.Equal(1, scene.Figures.Dead);
    }

    [Fact]
    public async Task What_another_attempt_would_meet_too_is_given_up_at_once_and_sent_again_when_somebody_asks()
    {
        StubSender sender = new() { Outcome = new SendOutcome(false, "404 Not Found", IsFinal: true) };
        await using AlertScene scene = await SceneAsync(sender);
        DeliveryService service = new(scene.Outbox, scene.Channels);
        await scene.FireAsync();
        await scene.PassAsync(5);
        AlertDelivery dead = Assert.Single(await scene.DeliveriesAsync());
        Assert.Equal((DeliveryState.Dead, 1), (dead.State, dead.Attempts));

        sender.Outcome = new SendOutcome(true, "200 OK");
        string id = dead.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(DeliveryState.Pending, (await service.RetryAsync(AlertScene.Dana, id, CancellationToken.None)).Value!.State);
        await scene.Courier.RoundAsync(CancellationToken.None);

        AlertDelivery sent = Assert.Single(await scene.DeliveriesAsync());
        Assert.Equal((DeliveryState.Delivered, dead.Key, "200 OK"), (sent.State, sent.Key, sent.Result));
        Assert.Equal("ended", (await service.RetryAsync(AlertScene.Dana, id, CancellationToken.None)).Problem!.Type);
        Assert.Equal(2, sender.Sent.Count);
    }

    [Fact]
    public async Task What_was_not_sent_when_the_program_was_killed_is_sent_by_the_next()
    {
        StubSender sender = new();
        await using AlertScene scene = await SceneAsync(sender);
        await scene.FireAsync();

        scene.Kill();
        await scene.PassAsync(1);

        Assert.Single(sender.Sent);
        Assert.Equal(DeliveryState.Delivered, Assert.Single(await scene.DeliveriesAsync()).State);
    }

    [Fact]
    public async Task What_was_sent_but_not_written_down_is_sent_once_more_with_the_same_key()
    {
        StubSender sender = new();
        await using AlertScene scene = await SceneAsync(sender);
        await scene.FireAsync();
        scene.Clock.Advance(TimeSpan.FromMinutes(1));

        // The program dies between the other side's answer and its being written down.
        sender.ThenDies = true;
        await Assert.ThrowsAsync<ProgramDied>(() => scene.Courier.RoundAsync(CancellationToken.None));
        scene.Kill();
        sender.ThenDies = false;
        await scene.PassAsync(5);

        Assert.Equal(2, sender.Sent.Count);
        Assert.Single(sender.Sent.Distinct());
    }

    [Fact]
    public async Task An_alert_is_not_there_without_its_deliveries()
    {
        StubSender sender = new();
        await using AlertScene scene = await SceneAsync(sender);
        await using (AccessDb database = scene.CreateDbContext())
        {
            await Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.ExecuteSqlRawAsync(database.Database, "CREATE TRIGGER refuses BEFORE INSERT ON AlertDeliveries BEGIN SELECT RAISE(ABORT, 'the disk refuses'); END");
        }

        await Assert.ThrowsAnyAsync<Microsoft.EntityFrameworkCore.DbUpdateException>(() => scene.FireAsync());
        scene.Kill();
        Assert.Empty((await scene.Service.ListAsync(AlertScene.Dana, null, CancellationToken.None)).Value!);
        await using (AccessDb database = scene.CreateDbContext())
        {
            Assert.Empty(database.Alerts);
            await Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.ExecuteSqlRawAsync(database.Database, "DROP TRIGGER refuses");
        }

        await scene.FireAsync();
        Assert.Single(await scene.DeliveriesAsync());
    }

    [Fact]
    public async Task A_channel_is_told_of_what_lies_within_its_path_alone()
    {
        StubSender sender = new();
        await using AlertScene scene = await SceneAsync(sender);
        await scene.WebhookAsync(new Uri("https://globex.example.com/"), owner: "globex", id: "theirs");

        await scene.FireAsync("acme", "globex");
        await scene.PassAsync(1);

        Assert.Equal(["hook: acme globex", "theirs: globex"], sender.Sent.Select(s => $"{s.Channel}: {string.Join(' ', DeliveryMessage.Parse(s.Body).Alerts.Select(a => a.Owner))}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_rule_with_channels_of_its_own_tells_those_alone()
    {
        StubSender sender = new();
        await using AlertScene scene = await SceneAsync(sender);
        await scene.ChannelAsync(new AlertChannel { Id = "own", Kind = ChannelKind.Webhook, Url = "https://own.example.com/" });
        await scene.RuleAsync(new AlertRule("full", StubSource.Level, AlertCondition.AtLeast(0.9)) { For = TimeSpan.FromMinutes(5), Channels = ["own"] });

        await scene.FireAsync();
        await scene.PassAsync(1);

        Assert.Equal("own", Assert.Single(sender.Sent).Channel);
    }

    [Fact]
    public async Task What_was_to_go_to_a_channel_that_was_deleted_is_given_up_and_says_so()
    {
        StubSender sender = new();
        await using AlertScene scene = await SceneAsync(sender);
        await scene.FireAsync();

        Assert.Null(await scene.Channels.DeleteAsync(AlertScene.Dana, "hook", null, CancellationToken.None));
        await scene.PassAsync(1);

        AlertDelivery delivery = Assert.Single(await scene.DeliveriesAsync());
        Assert.Equal((DeliveryState.Dead, "The channel was deleted"), (delivery.State, delivery.Result));
    }

    [Fact]
    public void The_wait_doubles_up_to_half_an_hour_a_fifth_more_or_less_and_honours_what_the_other_side_asks()
    {
        Assert.Equal([8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440], Enumerable.Range(1, 10).Select(n => Backoff.After(n, 0).TotalSeconds));
        Assert.Equal(TimeSpan.FromSeconds(12), Backoff.After(1, 1));
        Assert.Equal(TimeSpan.FromSeconds(90), Backoff.After(1, 0.5, TimeSpan.FromSeconds(90)));
        Assert.Equal(TimeSpan.FromMinutes(30), Backoff.After(1, 0.5, TimeSpan.FromDays(2)));
    }

    private static async Task<AlertScene> SceneAsync(StubSender sender)
    {
        AlertScene scene = await AlertScene.StartAsync(sender: sender);
        await scene.WebhookAsync(new Uri("https://hooks.example.com/"));
        return scene;
    }

    private sealed class ProgramDied : Exception;

    private sealed class StubSender : IAlertSender
    {
        public ChannelKind Kind => ChannelKind.Webhook;

        public List<(string Channel, string Key, string Body)> Sent { get; } = [];

        public SendOutcome Outcome { get; set; } = new(true, "200 OK");

        public bool ThenDies { get; set; }

        public Task<SendOutcome> SendAsync(AlertChannel channel, string key, string body, CancellationToken cancellation)
        {
            lock (Sent)
            {
                Sent.Add((channel.Id, key, body));
            }

            return ThenDies ? throw new ProgramDied() : Task.FromResult(Outcome);
        }
    }
}
