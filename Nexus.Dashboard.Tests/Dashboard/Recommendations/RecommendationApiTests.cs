using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Features.Recommendations.Review;
using Nexus.Dashboard.Tests.Dashboard.Api;
using Nexus.Engine.Resources;
using Nexus.Engine.Optimization;

namespace Nexus.Dashboard.Tests.Dashboard.Recommendations;

/// <summary>Recommendations through the real program's API, over use that was reported of days that are over.</summary>
public sealed class RecommendationApiTests(ApiServer server)
{
    private const int Days = 16;

    [Fact]
    public async Task A_limit_far_above_its_use_is_recommended_lowered_applied_by_the_ordinary_command_and_set_back()
    {
        string tenant = await LimitAsync();

        ApiAnswer found = await FoundAsync($"underutilised-quota:{tenant}:board.{tenant}");
        string id = found["id"]!;
        Assert.Equal(("resource_reduction", "open", "quotaLimit", "10", "3", tenant), (found["type"], found["state"], found["change.kind"], found["change.from"], found["change.to"], found["owner"]));
        Assert.Equal(7m * 2 * 730, decimal.Parse(found["saving.monthly.amount"]!, CultureInfo.InvariantCulture));

        ApiAnswer preview = (await server.Admin.PostAsync($"/api/v1/recommendations/{id}/apply?dryRun=true")).Is(200);
        Assert.Equal("open", preview["state"]);
        Assert.Equal("Nothing that waits starts now", preview["preview.0.what"]);
        Assert.Equal("10", await LimitOfAsync(tenant));

        (await server.Admin.PostAsync($"/api/v1/recommendations/{id}/apply", null, ("If-Match", "\"999\""))).IsProblem(412, "version-mismatch");
        ApiAnswer applied = (await server.Admin.PostAsync($"/api/v1/recommendations/{id}/apply", null, ("If-Match", $"\"{found["version"]}\""))).Is(200);
        Assert.Equal("applied", applied["state"]);
        Assert.Equal("3", await LimitOfAsync(tenant));
        (await server.Admin.PostAsync($"/api/v1/recommendations/{id}/apply")).Is(200);
        (await server.Admin.PostAsync($"/api/v1/recommendations/{id}/dismiss", """{"reason":"No."}""")).IsProblem(409, "ended");

        Assert.Equal("reverted", (await server.Admin.PostAsync($"/api/v1/recommendations/{id}/revert")).Is(200)["state"]);
        Assert.Equal("10", await LimitOfAsync(tenant));
    }

    [Fact]
    public async Task What_somebody_changed_meanwhile_is_not_changed_by_an_old_recommendation()
    {
        string tenant = await LimitAsync();
        string id = (await FoundAsync($"underutilised-quota:{tenant}:board.{tenant}"))["id"]!;
        (await server.Admin.PutAsync($"/api/v1/quotas/{tenant}", $$"""{"rules":[{"resource":"board.{{tenant}}","limit":12}]}""")).Is(200);

        ApiAnswer refused = await server.Admin.PostAsync($"/api/v1/recommendations/{id}/apply");

        refused.IsProblem(409, "ended");
        Assert.Contains("is 12 by now, not 10", refused["detail"], StringComparison.Ordinal);
        Assert.Equal("12", await LimitOfAsync(tenant));
    }

    [Fact]
    public async Task Repeated_questions_are_found_once_a_cause_and_closed_when_they_are_gone()
    {
        string tenant = await RepeatsAsync();
        string cause = $"repeated:{tenant}/ada/chat:{tenant}-model";

        string first = (await FoundAsync(cause))["id"]!;
        string second = (await FoundAsync(cause))["id"]!;
        Assert.Equal(first, second);

        SavingsReviewer reviewer = server.Services.GetRequiredService<SavingsReviewer>();
        Instant now = Instant.From(DateTimeOffset.UtcNow);
        await reviewer.KeepAsync(new SavingsPast(now - TimeSpan.FromDays(7), now), [], TestContext.Current.CancellationToken);
        Assert.Contains(await CausesAsync("closed"), c => c == cause);
        Assert.DoesNotContain(await CausesAsync("open"), c => c == cause);
    }

    [Fact]
    public async Task Dismissed_stays_dismissed_and_snoozed_is_quiet_until_it_is_opened_again()
    {
        string tenant = await RepeatsAsync();
        string cause = $"repeated:{tenant}/ada/chat:{tenant}-model";
        string id = (await FoundAsync(cause))["id"]!;

        (await server.Admin.PostAsync($"/api/v1/recommendations/{id}/snooze", """{"until":"2020-01-01T00:00:00Z"}""")).IsProblem(422, "invalid-value", "$.until");
        Assert.Equal("snoozed", (await server.Admin.PostAsync($"/api/v1/recommendations/{id}/snooze", $$"""{"until":"{{DateTimeOffset.UtcNow.AddDays(7):yyyy-MM-dd'T'HH:mm:ss'Z'}}"}""")).Is(200)["state"]);
        await ReviewAsync();
        Assert.DoesNotContain(await CausesAsync("open"), c => c == cause);
        Assert.Equal("open", (await server.Admin.PostAsync($"/api/v1/recommendations/{id}/revert")).Is(200)["state"]);

        (await server.Admin.PostAsync($"/api/v1/recommendations/{id}/dismiss", """{"reason":" "}""")).IsProblem(422, "invalid-value", "$.reason");
        Assert.Equal("Wanted.", (await server.Admin.PostAsync($"/api/v1/recommendations/{id}/dismiss", """{"reason":"Wanted."}""")).Is(200)["reason"]);
        await ReviewAsync();
        Assert.DoesNotContain(await CausesAsync("open"), c => c == cause);
        ApiAnswer audit = (await server.Admin.GetAsync($"/api/v1/audit?q={Uri.EscapeDataString(cause)}")).Is(200);
        Assert.Contains("dismissRecommendation", audit.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_set_the_limit_may_not_apply_it_and_who_is_elsewhere_does_not_see_it()
    {
        string tenant = await LimitAsync();
        string id = (await FoundAsync($"underutilised-quota:{tenant}:board.{tenant}"))["id"]!;
        ApiClient owner = await server.ClientAsync(tenant, Scope.Read | Scope.Configure);
        ApiClient elsewhere = await server.ClientAsync(server.Fresh("else"), Scope.Read | Scope.Configure);

        (await owner.PostAsync($"/api/v1/recommendations/{id}/apply")).IsProblem(403, "outside-path");
        (await elsewhere.PostAsync($"/api/v1/recommendations/{id}/apply")).IsProblem(404, "not-found");
        Assert.Equal("[]", (await elsewhere.GetAsync("/api/v1/recommendations")).Is(200).Json["items"]!.ToJsonString());
        (await owner.PostAsync("/api/v1/recommendations:review")).IsProblem(403, "missing-scope");
    }

    [Fact]
    public async Task A_target_is_answered_by_the_least_risky_set_that_reaches_it_and_whether_it_does()
    {
        string tenant = await RepeatsAsync();
        await FoundAsync($"repeated:{tenant}/ada/chat:{tenant}-model");
        ApiClient own = await server.ClientAsync(tenant, Scope.Read);

        ApiAnswer little = (await own.GetAsync("/api/v1/recommendations?targetReduction=0.1")).Is(200);
        ApiAnswer all = (await own.GetAsync("/api/v1/recommendations?targetReduction=1")).Is(200);

        Assert.Equal(("0.1", "true", "1"), (little["reduction.target"], little["reduction.suffices"], little["reduction.chosen"]));
        Assert.Equal("false", all["reduction.suffices"]);
        (await own.GetAsync("/api/v1/recommendations?targetReduction=0")).IsProblem(422, "invalid-value", "targetReduction");
        (await own.GetAsync("/api/v1/recommendations?state=new")).IsProblem(422, "invalid-value", "state");
    }

    // A limit of 10 of a kind of its own, of which two and a half are used.
    private async Task<string> LimitAsync()
    {
        string tenant = server.Fresh("spare");
        string kind = $"board.{tenant}";
        (await server.Admin.PutAsync($"/api/v1/kinds/{kind}", """{"unit":"board","behaviour":"held"}""")).Is(200);
        (await server.Admin.PostAsync("/api/v1/prices:import", $$"""{"items":[{"sku":"{{kind}}","resource":"{{kind}}","unitPrice":"2"}]}""")).Is(200);
        (await server.Admin.PutAsync($"/api/v1/quotas/{tenant}", $$"""{"rules":[{"resource":"{{kind}}","limit":10}]}""")).Is(200);
        await UseAsync(Enumerable.Range(0, Days * 24).Select(h => Record($"h{h}", At(h), $"{tenant}/ada", kind, 2.5m, "")));
        return tenant;
    }

    // Ten calls a day, of which each second asks again.
    private async Task<string> RepeatsAsync()
    {
        string tenant = server.Fresh("again");
        (await server.Admin.PostAsync("/api/v1/prices:import", $$"""{"items":[{"sku":"{{tenant}}","resource":"tokens.input","model":"{{tenant}}-model","unitPrice":"0.001"}]}""")).Is(200);
        await UseAsync(Enumerable.Range(0, Days * 10).Select(i => Record(
            $"c{i}", At(i / 10 * 24).AddMinutes(i % 10), $"{tenant}/ada/chat", "tokens.input", 1_000, $$""","model":"{{tenant}}-model","labels":{"prompt":"{{i / 10}} {{i % 10 / 2}}"}""")));
        return tenant;
    }

    private async Task UseAsync(IEnumerable<string> records)
    {
        foreach (string[] some in records.Chunk(500))
        {
            ApiAnswer answer = (await server.Admin.PostAsync("/api/v1/usage", $"[{string.Join(',', some)}]")).Is(200);
            Assert.All(answer.Json["items"]!.AsArray(), i => Assert.Equal("accepted", (string)i!["status"]!));
        }
    }

    private async Task ReviewAsync() => (await server.Admin.PostAsync("/api/v1/recommendations:review")).Is(200);

    private async Task<ApiAnswer> FoundAsync(string cause)
    {
        await ReviewAsync();
        ApiAnswer all = (await server.Admin.GetAsync("/api/v1/recommendations?state=open&limit=1000")).Is(200);
        System.Text.Json.Nodes.JsonNode? found = all.Json["items"]!.AsArray().FirstOrDefault(i => (string)i!["cause"]! == cause);
        Assert.True(found is not null, $"{cause} is not among {string.Join(", ", all.Json["items"]!.AsArray().Select(i => (string)i!["cause"]!))}");
        return all with { Text = found.ToJsonString() };
    }

    private async Task<string[]> CausesAsync(string state) =>
        [.. (await server.Admin.GetAsync($"/api/v1/recommendations?state={state}&limit=1000")).Is(200).Json["items"]!.AsArray().Select(i => (string)i!["cause"]!)];

    private async Task<string?> LimitOfAsync(string tenant) => (await server.Admin.GetAsync($"/api/v1/quotas/{tenant}")).Is(200)["rules.0.limit"];

    private static DateTimeOffset At(int hour) => DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 3_600 * 3_600).AddDays(-Days).AddHours(hour);

    private static string Record(string id, DateTimeOffset time, string owner, string kind, decimal quantity, string more) => new StringBuilder().Append(CultureInfo.InvariantCulture,
        $$"""{"id":"{{id}}","time":"{{time:yyyy-MM-dd'T'HH:mm:ss'Z'}}","owner":"{{owner}}","resource":"{{kind}}","quantity":{{quantity}}{{more}}}""").ToString();
}
