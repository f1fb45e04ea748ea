using MimeKit;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Alerts.Delivery;
using Nexus.Dashboard.Features.Months.Mail;
using Nexus.Engine.Core;
using Nexus.Engine.Costs;
using Nexus.Engine.Costs.Months;
using Nexus.Engine.Resources;

namespace Nexus.Dashboard.Tests.Dashboard.Months;

/// <summary>Statements by e-mail, through a real SMTP server of the test: once for each month and recipient, whatever happens in between.</summary>
public sealed class StatementMailTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task When_a_month_is_closed_its_statement_goes_to_each_recipient_once()
    {
        await using StatementMailScene scene = await StatementMailScene.StartAsync();
        await scene.ScheduleAsync();
        await scene.PassAsync(33 * Day);
        Assert.Empty(scene.Taken);

        await scene.CloseAsync(StatementMailScene.January);
        await scene.PassAsync(TimeSpan.Zero);
        await scene.PassAsync(Day);

        Assert.Equal(["cfo@example.com", "finance@example.com"], scene.Taken.Order(StringComparer.Ordinal));
        Assert.All(await scene.DeliveriesAsync(), d => Assert.Equal((DeliveryState.Delivered, "2026-01", false, "2.0.0 Ok: queued as 4F2A1"), (d.Mail.State, d.Month, d.IsPreliminary, d.Mail.Result)));
    }

    [Fact]
    public async Task It_is_the_document_to_print_with_the_exact_amounts_in_a_file()
    {
        await using StatementMailScene scene = await StatementMailScene.StartAsync();
        await scene.ScheduleAsync(to: "finance@example.com");
        await scene.PassAsync(33 * Day);
        await scene.CloseAsync(StatementMailScene.January);
        await scene.PassAsync(TimeSpan.Zero);

        using MimeMessage message = await ReadAsync(Assert.Single(scene.Server.Taken).Text);
        StatementDelivery delivery = Assert.Single(await scene.DeliveriesAsync());
        Assert.Equal(("Statement of acme, January 2026: $0.00", $"{delivery.Mail.Key}@nexus", "nexus@example.com"), (message.Subject, message.MessageId, message.From.Mailboxes.Single().Address));
        Assert.Contains("<h1>acme, January 2026</h1>", message.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("Preliminary", message.HtmlBody, StringComparison.Ordinal);
        Assert.StartsWith("acme is billed $0.00 for January 2026", message.TextBody, StringComparison.Ordinal);
        MimePart file = Assert.IsType<MimePart>(Assert.Single(message.Attachments), exactMatch: false);
        using MemoryStream csv = new();
        await file.Content!.DecodeToAsync(csv, TestContext.Current.CancellationToken);
        string[] rows = System.Text.Encoding.UTF8.GetString(csv.ToArray()).Split('\n', StringSplitOptions.TrimEntries);
        Assert.Equal(("statement-acme-2026-01.csv", "usage,2026-01,acme/ada,usage,tokens.input,,,,,3,0,USD"), (file.FileName, rows[1]));
    }

    [Fact]
    public async Task A_program_that_was_stopped_before_or_after_sending_sends_no_statement_twice_and_none_too_few()
    {
        await using StatementMailScene scene = await StatementMailScene.StartAsync();
        await scene.ScheduleAsync();
        await scene.PassAsync(33 * Day);
        await scene.CloseAsync(StatementMailScene.January);
        await scene.Schedules.PlanAsync(CancellationToken.None);

        await scene.RestartAsync();
        await scene.PassAsync(TimeSpan.Zero);
        await scene.RestartAsync();
        await scene.PassAsync(Day);

        Assert.Equal(["cfo@example.com", "finance@example.com"], scene.Taken.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_was_due_while_the_program_did_not_run_is_sent_when_it_does()
    {
        await using StatementMailScene scene = await StatementMailScene.StartAsync();
        await scene.ScheduleAsync(SendWhen.Day, 3, to: "finance@example.com");

        await scene.PassAsync(54 * Day);

        Assert.Equal(["2026-01", "2026-02"], (await scene.DeliveriesAsync()).Select(d => d.Month));
        Assert.Equal(2, scene.Taken.Count);
    }

    [Fact]
    public async Task On_a_day_of_the_month_it_is_sent_at_eight_there_and_is_preliminary_while_the_month_is_open()
    {
        await using StatementMailScene scene = await StatementMailScene.StartAsync();
        await scene.ScheduleAsync(SendWhen.Day, 3, "Europe/Zurich", "finance@example.com");

        await scene.PassAsync((23 * Day) + TimeSpan.FromHours(6.99));
        Assert.Empty(scene.Taken);
        await scene.PassAsync(TimeSpan.FromHours(0.02));

        Assert.True(Assert.Single(await scene.DeliveriesAsync()).IsPreliminary);
        Assert.Contains("(preliminary)", Assert.Single(scene.Server.Taken).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void East_of_Greenwich_the_first_of_the_month_waits_until_the_month_has_ended()
    {
        StatementSchedule schedule = new() { Tenant = "acme", When = SendWhen.Day, Day = 1, TimeZone = "Pacific/Kiritimati" };

        Assert.Equal(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero), schedule.DueAt(StatementMailScene.January, ClosedMonths.None));
    }

    [Fact]
    public async Task Months_that_were_closed_before_a_schedule_began_are_not_sent_by_it()
    {
        await using StatementMailScene scene = await StatementMailScene.StartAsync();
        await scene.PassAsync(33 * Day);
        await scene.CloseAsync(StatementMailScene.January);
        await scene.PassAsync(Day);

        await scene.ScheduleAsync();
        await scene.PassAsync(Day);

        Assert.Empty(scene.Taken);
        Assert.Equal("2026-02", (await scene.Schedules.GetAsync(StatementMailScene.Finance, "acme", CancellationToken.None)).Value!.NextMonth.ToString());
    }

    [Fact]
    public async Task What_the_server_refuses_for_good_is_given_up_is_seen_and_can_be_sent_again()
    {
        await using StatementMailScene scene = await StatementMailScene.StartAsync();
        scene.Server.ToRecipient = "550 5.1.1 No such user";
        await scene.ScheduleAsync(to: "finance@example.com");
        await scene.PassAsync(33 * Day);
        await scene.CloseAsync(StatementMailScene.January);
        await scene.PassAsync(TimeSpan.Zero);

        StatementScheduleState seen = (await scene.Schedules.GetAsync(StatementMailScene.Finance, "acme", CancellationToken.None)).Value!;
        Assert.Equal((DeliveryState.Dead, "550 5.1.1 No such user"), (seen.LastState, seen.LastFailure));

        scene.Server.ToRecipient = "250 2.1.5 Ok";
        StatementDelivery dead = Assert.Single(await scene.DeliveriesAsync());
        Assert.Null((await scene.Schedules.RetryAsync(StatementMailScene.Finance, "acme", $"{dead.Mail.Id}", CancellationToken.None)).Problem);
        await scene.PassAsync(TimeSpan.Zero);

        StatementDelivery sent = Assert.Single(await scene.DeliveriesAsync());
        Assert.Equal((DeliveryState.Delivered, dead.Mail.Key), (sent.Mail.State, sent.Mail.Key));
        Assert.Equal("ended", (await scene.Schedules.RetryAsync(StatementMailScene.Finance, "acme", $"{dead.Mail.Id}", CancellationToken.None)).Problem!.Type);
    }

    [Fact]
    public async Task What_the_server_refuses_for_now_is_tried_again_and_says_the_same_though_more_was_entered_since()
    {
        await using StatementMailScene scene = await StatementMailScene.StartAsync();
        scene.Server.ToRecipient = "450 4.2.1 Try later";
        await scene.ScheduleAsync(SendWhen.Day, 3, to: "finance@example.com");
        await scene.PassAsync(23.5 * Day);
        Assert.Equal((DeliveryState.Pending, 1), (Assert.Single(await scene.DeliveriesAsync()).Mail.State, Assert.Single(await scene.DeliveriesAsync()).Mail.Attempts));
        await scene.Nexus.SendAsync(new EnterCharge(new EnteredCharge(StatementMailScene.January, "c", OwnerPath.Parse("acme"), LineKind.Tax, Money.Parse("7"), "VAT")) { Actor = StatementMailScene.Finance.Actor });

        scene.Server.ToRecipient = "250 2.1.5 Ok";
        await scene.PassAsync(TimeSpan.FromMinutes(1));

        using MimeMessage message = await ReadAsync(Assert.Single(scene.Server.Taken).Text);
        Assert.DoesNotContain("VAT", message.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sent_now_it_goes_to_all_once_more_and_the_schedule_is_as_it_was()
    {
        await using StatementMailScene scene = await StatementMailScene.StartAsync();
        await scene.ScheduleAsync(to: "finance@example.com");
        await scene.PassAsync(33 * Day);

        Assert.Null((await scene.Schedules.SendAsync(StatementMailScene.Finance, "acme", new SendStatementBody(), CancellationToken.None)).Problem);
        await scene.PassAsync(TimeSpan.Zero);
        await scene.CloseAsync(StatementMailScene.January);
        await scene.PassAsync(TimeSpan.Zero);

        Assert.Equal([("2026-01", "fin", true), ("2026-01", null, false)], (await scene.DeliveriesAsync()).Select(d => (d.Month, d.RequestedBy, d.IsPreliminary)));
        Assert.Equal(2, scene.Taken.Count);
    }

    [Fact]
    public async Task Who_joins_later_gets_the_next_month_and_not_the_last_once_more()
    {
        await using StatementMailScene scene = await StatementMailScene.StartAsync();
        await scene.ScheduleAsync(SendWhen.Day, 3, to: "finance@example.com");
        await scene.PassAsync(23.5 * Day);

        await scene.ScheduleAsync(SendWhen.Day, 3, null, "finance@example.com", "cfo@example.com");
        await scene.PassAsync(Day);
        Assert.Equal(["finance@example.com"], scene.Taken);
        await scene.PassAsync(28 * Day);

        Assert.Equal(["finance@example.com", "finance@example.com", "cfo@example.com"], scene.Taken);
    }

    [Fact]
    public async Task What_a_deleted_schedule_was_still_to_send_is_given_up()
    {
        await using StatementMailScene scene = await StatementMailScene.StartAsync();
        scene.Server.ToRecipient = "450 4.2.1 Try later";
        await scene.ScheduleAsync(SendWhen.Day, 3, to: "finance@example.com");
        await scene.PassAsync(23.5 * Day);

        Assert.Null(await scene.Schedules.DeleteAsync(StatementMailScene.Finance, "acme", null, CancellationToken.None));
        scene.Server.ToRecipient = "250 2.1.5 Ok";
        await scene.PassAsync(Day);

        Assert.Empty(scene.Taken);
        Assert.Equal((DeliveryState.Dead, "The schedule was deleted"), (Assert.Single(await scene.DeliveriesAsync()).Mail.State, Assert.Single(await scene.DeliveriesAsync()).Mail.Result));
    }

    [Fact]
    public async Task Who_may_not_read_a_tenants_costs_has_none_of_its_statements_sent()
    {
        await using StatementMailScene scene = await StatementMailScene.StartAsync();
        StatementScheduleBody body = new() { Tenant = "acme", To = ["finance@example.com"] };
        async Task<string?> PutAsync(Caller caller) => (await scene.Schedules.PutAsync(caller, "theirs", body, null, CancellationToken.None)).Problem?.Type;

        Assert.Equal("outside-path", await PutAsync(StatementMailScene.Finance with { Path = OwnerPath.Parse("globex") }));
        Assert.Equal("outside-path", await PutAsync(StatementMailScene.Finance with { Path = OwnerPath.Parse("acme/ada") }));
        Assert.Equal("missing-scope", await PutAsync(StatementMailScene.Finance with { Scopes = Scope.Money }));
        Assert.Equal("missing-scope", await PutAsync(StatementMailScene.Finance with { Scopes = Scope.Read }));
        Assert.Null(await PutAsync(StatementMailScene.Finance with { Path = OwnerPath.Parse("acme") }));
        Assert.Empty((await scene.Schedules.ListAsync(StatementMailScene.Finance with { Path = OwnerPath.Parse("globex") }, CancellationToken.None)).Value!);
    }

    [Fact]
    public void What_is_wrong_with_a_schedule_is_said_of_each_field()
    {
        Problem wrong = new StatementScheduleBody { Tenant = "acme/ada", To = ["a@example.com", "A@example.com", "nobody"], When = SendWhen.Day, Day = 29, TimeZone = "Mars/Olympus" }.ToSchedule("a b", new Instant(0)).Problem!;
        Problem both = new StatementScheduleBody { Tenant = "acme", To = [], Day = 3, TimeZone = "UTC" }.ToSchedule("acme", new Instant(0)).Problem!;

        Assert.Equal(["$.day", "$.tenant", "$.timeZone", "$.to[1]", "$.to[2]", "id"], wrong.Errors!.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["$.day", "$.timeZone", "$.to"], both.Errors!.Keys.Order(StringComparer.Ordinal));
    }

    private static async Task<MimeMessage> ReadAsync(string text)
    {
        using MemoryStream stream = new(System.Text.Encoding.UTF8.GetBytes(text));
        return await MimeMessage.LoadAsync(stream);
    }
}
