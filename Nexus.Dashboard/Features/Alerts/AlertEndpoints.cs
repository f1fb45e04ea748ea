using System.Text.Json.Serialization.Metadata;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Api;
using Nexus.Dashboard.Features.Alerts.Delivery;
using Nexus.Dashboard.Features.Alerts.Firing;
using Nexus.Dashboard.Features.Alerts.Rules;

namespace Nexus.Dashboard.Features.Alerts;

/// <summary>HTTP to the services of alerting, and nothing else.</summary>
internal static class AlertEndpoints
{
    public static void MapAlerts(this IEndpointRouteBuilder api)
    {
        api.MapGet("/alerts", ListAsync).WithName("listAlerts").WithSummary("The alerts that have not ended, or those of a state; the newest first").Gives<Page<AlertAnswer>>(200).Fails(401, 403)
            .Asks("state", "firing, acknowledged or resolved; those that have not ended unless given.", "firing").Pages();
        api.MapPost("/alerts/{id}/acknowledge", AcknowledgeAsync).WithName("acknowledgeAlert").WithSummary("Take an alert, until it ends or a time, or give it back").MayTake<AcknowledgeBody>().Gives<AlertAnswer>(200).Fails(401, 403, 404, 409).With("missing-scope", "ended", "invalid-value");
        api.MapPost("/alerts/{id}/silence", SilenceAsync).WithName("silenceAlert").WithSummary("Tell nobody of an alert, and of those like it, for a while, or end that").MayTake<SilenceBody>().Gives<SilenceAnswer>(200).Fails(401, 403, 404, 409).With("missing-scope", "ended", "invalid-value")
            .Asks("dryRun", "True to learn what it would cover, and change nothing.", "true");

        api.MapGet("/alerts/rules", RulesAsync)
            .WithName("listAlertRules").WithSummary("The rules that are watched").Gives<Page<AlertRuleAnswer>>(200).Fails(401, 403).Pages();
        api.MapGet("/alerts/rules/{id}", async (HttpContext http, string id, Caller caller, AlertRuleService rules) => await RuleAsync(http, rules, await rules.GetAsync(caller, id, http.RequestAborted)))
            .WithName("getAlertRule").WithSummary("One rule").Gives<AlertRuleAnswer>(200).Fails(401, 403, 404);
        api.MapPut("/alerts/rules/{id}", PutRuleAsync).WithName("putAlertRule").WithSummary("Create or replace a rule").Takes<AlertRuleBody>().Gives<AlertRuleAnswer>(200).Fails(401, 403, 409).With("missing-scope", "outside-path", "invalid-value", "unknown-name", "exists").Versioned();
        api.MapDelete("/alerts/rules/{id}", async (HttpContext http, string id, Caller caller, AlertRuleService rules) =>
            await DoneAsync(http, http.VersionOf(out long? version) ?? await rules.DeleteAsync(caller, id, version, http.RequestAborted)))
            .WithName("deleteAlertRule").WithSummary("Delete a rule; one that Nexus brings along is then again as it does").Produces(204).Fails(401, 403, 404, 422).Versioned();

        api.MapGet("/alerts/channels", ChannelsAsync)
            .WithName("listAlertChannels").WithSummary("The ways to tell people").Gives<Page<AlertChannelAnswer>>(200).Fails(401, 403).Pages();
        api.MapGet("/alerts/channels/{id}", async (HttpContext http, string id, Caller caller, AlertChannelService channels) => await ChannelAsync(http, caller, await channels.GetAsync(caller, id, http.RequestAborted)))
            .WithName("getAlertChannel").WithSummary("One channel").Gives<AlertChannelAnswer>(200).Fails(401, 403, 404);
        api.MapPut("/alerts/channels/{id}", PutChannelAsync).WithName("putAlertChannel").WithSummary("Create or replace a channel").Takes<AlertChannelBody>().Gives<AlertChannelAnswer>(200).Fails(401, 403, 409).With("missing-scope", "outside-path", "invalid-value", "exists").Versioned();
        api.MapDelete("/alerts/channels/{id}", async (HttpContext http, string id, Caller caller, AlertChannelService channels) =>
            await DoneAsync(http, http.VersionOf(out long? version) ?? await channels.DeleteAsync(caller, id, version, http.RequestAborted)))
            .WithName("deleteAlertChannel").WithSummary("Delete a channel that no rule names").Produces(204).Fails(401, 403, 404, 409, 422).With("in-use").Versioned();
        api.MapPost("/alerts/channels/{id}/test", TestAsync)
            .WithName("testAlertChannel").WithSummary("Send a test now, and hear what the other side says").Gives<ChannelTestAnswer>(200).Fails(401, 403, 404);

        api.MapGet("/alerts/deliveries", DeliveriesAsync).WithName("listAlertDeliveries").WithSummary("What channels were told or are to be told; the newest first").Gives<Page<DeliveryAnswer>>(200).Fails(401, 403)
            .Asks("state", "pending, delivered or dead; any unless given.", "dead").Pages();
        api.MapPost("/alerts/deliveries/{id}/retry", RetryAsync).WithName("retryAlertDelivery").WithSummary("Send again what was given up, or at once what waits").Gives<DeliveryAnswer>(200).Fails(401, 403, 404, 409).With("ended");
    }

    private static async Task ListAsync(HttpContext http, Caller caller, AlertService alerts) =>
        await PageAsync(http, StateOf(http, out AlertState? state) is { } wrong ? wrong : await alerts.ListAsync(caller, state, http.RequestAborted), alerts.Answer, static a => Newest(a.Id), ApiJson.Default.PageAlertAnswer);

    private static async Task DeliveriesAsync(HttpContext http, Caller caller, DeliveryService deliveries) =>
        await PageAsync(http, StateOf(http, out DeliveryState? state) is { } wrong ? wrong : await deliveries.ListAsync(caller, state, http.RequestAborted), DeliveryAnswer.Of, static d => Newest(d.Id), ApiJson.Default.PageDeliveryAnswer);

    private static async Task RulesAsync(HttpContext http, Caller caller, AlertRuleService rules) =>
        await PageAsync(http, await rules.ListAsync(caller, http.RequestAborted), rules.Answer, static r => r.Id, ApiJson.Default.PageAlertRuleAnswer);

    private static async Task ChannelsAsync(HttpContext http, Caller caller, AlertChannelService channels) =>
        await PageAsync(http, await channels.ListAsync(caller, http.RequestAborted), c => AlertChannelService.Answer(caller, c), static c => c.Id, ApiJson.Default.PageAlertChannelAnswer);

    private static async Task TestAsync(HttpContext http, string id, Caller caller, AlertChannelService channels) =>
        await WriteAsync(http, await channels.TestAsync(caller, id, http.RequestAborted), ApiJson.Default.ChannelTestAnswer);

    private static async Task RetryAsync(HttpContext http, string id, Caller caller, DeliveryService deliveries)
    {
        Result<AlertDelivery> again = await deliveries.RetryAsync(caller, id, http.RequestAborted);
        await (again.Problem?.WriteAsync(http) ?? http.WriteAsync(DeliveryAnswer.Of(again.Value!), ApiJson.Default.DeliveryAnswer));
    }

    private static async Task AcknowledgeAsync(HttpContext http, string id, Caller caller, AlertService alerts)
    {
        Result<AcknowledgeBody> body = await Body.ReadOptionalAsync(http, ApiJson.Default.AcknowledgeBody, new AcknowledgeBody());
        Result<AlertShown> done = body.Problem is { } wrong ? wrong : await alerts.AcknowledgeAsync(caller, id, body.Value!, http.RequestAborted);
        await (done.Problem?.WriteAsync(http) ?? http.WriteAsync(alerts.Answer(done.Value!), ApiJson.Default.AlertAnswer));
    }

    private static async Task SilenceAsync(HttpContext http, string id, Caller caller, AlertService alerts)
    {
        Result<SilenceBody> body = await Body.ReadOptionalAsync(http, ApiJson.Default.SilenceBody, new SilenceBody());
        Problem? wrong = http.FlagOf("dryRun", out bool dryRun) ?? body.Problem;
        await WriteAsync(http, wrong is not null ? wrong : await alerts.SilenceAsync(caller, id, body.Value!, dryRun, http.RequestAborted), ApiJson.Default.SilenceAnswer);
    }

    private static async Task PutRuleAsync(HttpContext http, string id, Caller caller, AlertRuleService rules)
    {
        Result<AlertRuleBody> body = await Body.ReadAsync(http, ApiJson.Default.AlertRuleBody);
        Problem? wrong = http.VersionOf(out long? version) ?? body.Problem;
        await RuleAsync(http, rules, wrong is not null ? wrong : await rules.PutAsync(caller, id, body.Value!, version, http.RequestAborted));
    }

    private static async Task PutChannelAsync(HttpContext http, string id, Caller caller, AlertChannelService channels)
    {
        Result<AlertChannelBody> body = await Body.ReadAsync(http, ApiJson.Default.AlertChannelBody);
        Problem? wrong = http.VersionOf(out long? version) ?? body.Problem;
        await ChannelAsync(http, caller, wrong is not null ? wrong : await channels.PutAsync(caller, id, body.Value!, version, http.RequestAborted));
    }

    private static Task RuleAsync(HttpContext http, AlertRuleService rules, Result<AlertRule> rule) =>
        rule.Problem?.WriteAsync(http) ?? VersionedAsync(http, rule.Value!.Version, rules.Answer(rule.Value), ApiJson.Default.AlertRuleAnswer);

    private static Task ChannelAsync(HttpContext http, Caller caller, Result<AlertChannel> channel) =>
        channel.Problem?.WriteAsync(http) ?? VersionedAsync(http, channel.Value!.Version, AlertChannelService.Answer(caller, channel.Value), ApiJson.Default.AlertChannelAnswer);

    private static Task VersionedAsync<T>(HttpContext http, long version, T answer, JsonTypeInfo<T> type)
    {
        http.Response.Headers.ETag = $"\"{version}\"";
        return http.WriteAsync(answer, type);
    }

    private static Task WriteAsync<T>(HttpContext http, Result<T> answer, JsonTypeInfo<T> type)
        where T : class => answer.Problem?.WriteAsync(http) ?? http.WriteAsync(answer.Value!, type);

    private static Task PageAsync<TItem, TAnswer>(HttpContext http, Result<IReadOnlyList<TItem>> all, Func<TItem, TAnswer> answer, Func<TAnswer, string> place, JsonTypeInfo<Page<TAnswer>> type)
    {
        Page<TAnswer> page = new([], null);
        return (all.Problem ?? http.PageOf(all.Value!.Select(answer), place, out page)) is { } problem ? problem.WriteAsync(http) : http.WriteAsync(page, type);
    }

    private static Problem? StateOf<T>(HttpContext http, out T? state)
        where T : struct, Enum
    {
        state = null;
        if (http.Request.Query["state"].FirstOrDefault() is not { Length: > 0 } text)
        {
            return null;
        }

        if (char.IsAsciiLetter(text[0]) && !text.Contains(',', StringComparison.Ordinal) && Enum.TryParse(text, ignoreCase: true, out T read))
        {
            state = read;
            return null;
        }

        return Problem.Field("invalid-value", 422, "state", $"must be {string.Join(" or ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()))}");
    }

    // Numbers grow: the newest comes first where what is left to the largest is ordered.
    private static string Newest(string id) => (long.MaxValue - long.Parse(id, System.Globalization.CultureInfo.InvariantCulture)).ToString("D19", System.Globalization.CultureInfo.InvariantCulture);

    private static Task DoneAsync(HttpContext http, Problem? problem)
    {
        if (problem is not null)
        {
            return problem.WriteAsync(http);
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
