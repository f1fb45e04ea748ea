using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Alerts.Delivery;
using Nexus.Dashboard.Features.Alerts.Firing;
using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Alerts;

public sealed class AlertDeskTests
{
    [Fact]
    public async Task An_alert_fires_when_its_condition_has_held_long_enough_and_not_before()
    {
        await using AlertScene scene = await AlertScene.StartAsync();

        await scene.SeeAsync(0.95);
        await scene.PassAsync(4);
        Assert.Empty(scene.Open);

        await scene.PassAsync(1);
        Alert alert = Assert.Single(scene.Open).Alert;
        Assert.Equal(("full", "acme", AlertState.Firing, 0.95, 0.9, "acme is at 95.0\u00A0%"), (alert.Rule, alert.Owner, alert.State, alert.Value, alert.Line, alert.Sentence));
        Assert.Equal(TimeSpan.FromMinutes(5), alert.FiredAt - alert.Since);
    }

    [Fact]
    public async Task What_falls_below_the_line_meanwhile_begins_anew()
    {
        await using AlertScene scene = await AlertScene.StartAsync();

        await scene.SeeAsync(0.95);
        await scene.PassAsync(4);
        await scene.SeeAsync(0.5);
        await scene.SeeAsync(0.95);
        await scene.PassAsync(4);

        Assert.Empty(scene.Open);
    }

    [Fact]
    public async Task Of_a_subject_there_is_one_alert_however_long_it_lasts()
    {
        await using AlertScene scene = await AlertScene.StartAsync();

        await scene.FireAsync("acme", "globex");
        await scene.PassAsync(30);

        Assert.Equal(["acme", "globex"], scene.Open.Select(a => a.Alert.Owner).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task It_ends_when_it_has_been_gone_for_a_minute_and_not_for_a_moment()
    {
        await using AlertScene scene = await AlertScene.StartAsync();
        await scene.FireAsync();

        await scene.SeeAsync(0.5);
        scene.Clock.Advance(TimeSpan.FromSeconds(59));
        await scene.SeeAsync(0.95);
        await scene.PassAsync(5);
        Assert.Single(scene.Open);

        await scene.SeeAsync(0.5);
        await scene.PassAsync(1);
        Assert.Empty(scene.Open);
        Assert.Equal(AlertState.Resolved, Assert.Single(await scene.Desk.EndedAsync(10, CancellationToken.None)).State);
    }

    [Fact]
    public async Task A_subject_that_is_gone_ends_and_one_that_cannot_be_known_does_not()
    {
        await using AlertScene scene = await AlertScene.StartAsync();
        await scene.FireAsync();

        scene.Source.IsKnown = false;
        scene.Source.Values.Clear();
        await scene.PassAsync(10);
        Assert.Single(scene.Open);

        scene.Source.IsKnown = true;
        await scene.PassAsync(2);
        Assert.Empty(scene.Open);
    }

    [Fact]
    public async Task A_source_that_fails_ends_nothing_and_stops_nobody()
    {
        await using AlertScene scene = await AlertScene.StartAsync();
        await scene.FireAsync();

        scene.Source.IsBroken = true;
        await scene.PassAsync(5);

        Assert.Single(scene.Open);
    }

    [Fact]
    public async Task A_rule_that_is_switched_off_ends_what_it_fired()
    {
        await using AlertScene scene = await AlertScene.StartAsync();
        await scene.FireAsync();

        await scene.RuleAsync((await scene.Rules.AllAsync(CancellationToken.None)).Single(r => r.Id == "full") with { Enabled = false });
        await scene.LookAsync();

        Assert.Empty(scene.Open);
    }

    [Fact]
    public async Task What_fired_goes_on_after_the_program_was_killed_and_ends_when_it_is_gone()
    {
        await using AlertScene scene = await AlertScene.StartAsync();
        await scene.FireAsync();
        long id = scene.Open[0].Alert.Id;

        scene.Kill();
        await scene.LookAsync();
        Assert.Equal(id, Assert.Single(scene.Open).Alert.Id);

        await scene.SeeAsync(0.1);
        await scene.PassAsync(1);
        Assert.Empty(scene.Open);
    }

    [Fact]
    public async Task Somebody_takes_it_until_a_time_and_then_it_fires_and_is_told_again()
    {
        await using AlertScene scene = await AlertScene.StartAsync();
        await scene.ChannelAsync(new AlertChannel { Id = "mail", Kind = ChannelKind.Email, To = "ops@example.com", IsDefault = true });
        await scene.FireAsync();
        string id = scene.Service.Answer(scene.Open[0]).Id;

        Result<AlertShown> taken = await scene.Service.AcknowledgeAsync(AlertScene.Dana, id, new AcknowledgeBody { Until = scene.Clock.GetUtcNow().AddMinutes(10), Note = "on it" }, CancellationToken.None);
        Assert.Equal((AlertState.Acknowledged, "dana", "on it"), (taken.Value!.Alert.State, taken.Value.Alert.AcknowledgedBy, taken.Value.Alert.Note));
        await scene.PassAsync(9);
        Assert.Single(await scene.DeliveriesAsync());
        Assert.Equal(0, scene.Service.Needing(AlertScene.Dana).Count);

        await scene.PassAsync(1);
        Assert.Equal((AlertState.Firing, (string?)null), (scene.Open[0].Alert.State, scene.Open[0].Alert.AcknowledgedBy));
        Assert.Equal(2, (await scene.DeliveriesAsync()).Count);
    }

    [Fact]
    public async Task It_is_given_back()
    {
        await using AlertScene scene = await AlertScene.StartAsync();
        await scene.FireAsync();
        string id = scene.Service.Answer(scene.Open[0]).Id;

        await scene.Service.AcknowledgeAsync(AlertScene.Dana, id, new AcknowledgeBody(), CancellationToken.None);
        await scene.Service.AcknowledgeAsync(AlertScene.Dana, id, new AcknowledgeBody { Withdraw = true }, CancellationToken.None);

        Assert.Equal(AlertState.Firing, scene.Open[0].Alert.State);
    }

    [Theory]
    [InlineData(SilenceReach.Alert, 1)]
    [InlineData(SilenceReach.Rule, 3)]
    [InlineData(SilenceReach.Owner, 2)]
    public async Task A_silence_says_first_what_it_covers_and_covers_that(object reach, int covers)
    {
        await using AlertScene scene = await AlertScene.StartAsync();
        await scene.FireAsync("acme", "acme/research", "globex");
        string id = scene.Service.Answer(scene.Open.Single(a => a.Alert.Owner == "acme")).Id;
        SilenceBody body = new() { Match = (SilenceReach)reach };

        Assert.Equal(covers, (await scene.Service.SilenceAsync(AlertScene.Dana, id, body, dryRun: true, CancellationToken.None)).Value!.Silences);
        Assert.All(scene.Open, a => Assert.Null(a.Silence));

        await scene.Service.SilenceAsync(AlertScene.Dana, id, body, dryRun: false, CancellationToken.None);
        Assert.Equal(covers, scene.Open.Count(a => a.Silence is not null));
        Assert.Equal(3 - covers, scene.Service.Needing(AlertScene.Dana).Count);
    }

    [Fact]
    public async Task Nobody_is_told_of_what_is_silenced_until_that_is_over()
    {
        await using AlertScene scene = await AlertScene.StartAsync();
        await scene.ChannelAsync(new AlertChannel { Id = "mail", Kind = ChannelKind.Email, To = "ops@example.com", IsDefault = true });
        await scene.FireAsync("globex");
        string id = scene.Service.Answer(scene.Open[0]).Id;
        await scene.Service.SilenceAsync(AlertScene.Dana, id, new SilenceBody { Match = SilenceReach.Rule }, dryRun: false, CancellationToken.None);

        await scene.FireAsync("acme");
        Assert.Single(await scene.DeliveriesAsync());

        await scene.PassAsync(60);
        Assert.Equal([$"{scene.Open.Single(a => a.Alert.Owner == "acme").Alert.Id}"], (await scene.DeliveriesAsync()).Skip(1).Select(d => d.Alerts));
    }

    [Fact]
    public async Task Of_what_was_never_told_nobody_is_told_that_it_ended()
    {
        await using AlertScene scene = await AlertScene.StartAsync();
        await scene.ChannelAsync(new AlertChannel { Id = "mail", Kind = ChannelKind.Email, To = "ops@example.com", IsDefault = true });
        await scene.FireAsync("globex");
        await scene.Service.SilenceAsync(AlertScene.Dana, scene.Service.Answer(scene.Open[0]).Id, new SilenceBody { Match = SilenceReach.Rule }, dryRun: false, CancellationToken.None);
        await scene.FireAsync("acme");
        scene.Source.Values.Clear();
        await scene.PassAsync(2);

        Assert.Empty(scene.Open);
        Assert.Equal([DeliveryKind.Firing, DeliveryKind.Resolved], (await scene.DeliveriesAsync()).Select(d => d.Kind));
        Assert.All(await scene.DeliveriesAsync(), d => Assert.Single(d.AlertIds));
    }

    [Fact]
    public async Task Others_neither_see_nor_touch_what_lies_outside_their_path()
    {
        await using AlertScene scene = await AlertScene.StartAsync();
        await scene.FireAsync("acme", "globex");
        Caller acme = AlertScene.Dana with { Path = OwnerPath.Parse("acme") };
        string theirs = scene.Service.Answer(scene.Open.Single(a => a.Alert.Owner == "globex")).Id;

        Assert.Equal(["acme"], (await scene.Service.ListAsync(acme, null, CancellationToken.None)).Value!.Select(a => a.Alert.Owner));
        Assert.Equal("not-found", (await scene.Service.AcknowledgeAsync(acme, theirs, new AcknowledgeBody(), CancellationToken.None)).Problem!.Type);
        Assert.Equal("not-found", (await scene.Service.SilenceAsync(acme, theirs, new SilenceBody(), dryRun: false, CancellationToken.None)).Problem!.Type);

        string own = scene.Service.Answer(scene.Open.Single(a => a.Alert.Owner == "acme")).Id;
        Assert.Equal(1, (await scene.Service.SilenceAsync(acme, own, new SilenceBody { Match = SilenceReach.Rule }, dryRun: false, CancellationToken.None)).Value!.Silences);
        Assert.Null(scene.Open.Single(a => a.Alert.Owner == "globex").Silence);
    }

    [Fact]
    public async Task What_people_do_is_audited()
    {
        await using AlertScene scene = await AlertScene.StartAsync();
        await scene.FireAsync();
        string id = scene.Service.Answer(scene.Open[0]).Id;
        await scene.Service.AcknowledgeAsync(AlertScene.Dana, id, new AcknowledgeBody(), CancellationToken.None);
        await scene.Service.SilenceAsync(AlertScene.Dana, id, new SilenceBody(), dryRun: false, CancellationToken.None);
        await scene.Service.SilenceAsync(AlertScene.Dana, id, new SilenceBody { Withdraw = true }, dryRun: false, CancellationToken.None);

        await using AccessDb database = scene.CreateDbContext();
        Assert.Equal(["createAlertRule", "acknowledgeAlert", "silenceAlerts", "unsilenceAlerts"], database.Changes.OrderBy(c => c.Id).Select(c => c.Action));
        Assert.All(database.Changes, c => Assert.Equal("dana", c.ActorId));
    }

    [Fact]
    public void What_Nexus_brings_along_has_names_that_can_be_written_and_says_what_to_do() => Assert.All(BuiltInRules.All, r =>
    {
        Assert.True(Faults.IsName(r.Id), r.Id);
        Assert.True(r is { BuiltIn: true, Enabled: true, Version: 0, Description.Length: > 20 }, r.Id);
    });
}
