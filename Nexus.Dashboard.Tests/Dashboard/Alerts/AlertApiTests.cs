using Nexus.Dashboard.Access;
using Nexus.Dashboard.Features.Alerts.Firing;
using Nexus.Dashboard.Features.Alerts.Metrics;
using Nexus.Dashboard.Features.Alerts.Rules;
using Nexus.Dashboard.Tests.Dashboard.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Nexus.Dashboard.Tests.Dashboard.Alerts;

/// <summary>Alerting through the real program's API.</summary>
public sealed class AlertApiTests(ApiServer server)
{
    [Fact]
    public async Task A_rule_on_a_metric_that_does_not_exist_is_refused_by_name()
    {
        ApiAnswer answer = await server.Admin.PutAsync("/api/v1/alerts/rules/nothing", """{"metric":"budget.spnt","condition":{"atLeast":1} }""");

        answer.IsProblem(422, "invalid-value", "$.metric");
        Assert.Contains("is no metric: there are alerts.dead, alerts.stuck, budget.burn", answer["detail"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"metric":"engine.down","condition":{} }""", "$.condition")]
    [InlineData("""{"metric":"engine.down","condition":{"atLeast":1,"atMost":2} }""", "$.condition")]
    [InlineData("""{"metric":"engine.down","scope":{"owner":"acme"},"condition":{"atLeast":1} }""", "$.scope.owner")]
    [InlineData("""{"metric":"queue.waiting","scope":{"pool":"p"},"condition":{"atLeast":1} }""", "$.scope.pool")]
    [InlineData("""{"metric":"pool.waiting","scope":{"resource":"gpu"},"condition":{"atLeast":1} }""", "$.scope.resource")]
    [InlineData("""{"metric":"engine.down","condition":{"atLeast":1},"for":"P8D"}""", "$.for")]
    public async Task What_is_wrong_with_a_rule_is_named_by_field(string body, string field) => (await server.Admin.PutAsync("/api/v1/alerts/rules/wrong", body)).IsProblem(422, "invalid-value", field);

    [Fact]
    public async Task A_channel_that_does_not_exist_cannot_be_told() =>
        (await server.Admin.PutAsync("/api/v1/alerts/rules/wrong", """{"metric":"engine.down","condition":{"atLeast":1},"channels":["nobody"]}""")).IsProblem(422, "unknown-name", "$.channels[0]");

    [Fact]
    public async Task What_Nexus_brings_along_is_there_can_be_changed_and_switched_off_and_comes_back_when_it_is_deleted()
    {
        ApiAnswer brought = (await server.Admin.GetAsync("/api/v1/alerts/rules/waiting-long")).Is(200);
        Assert.Equal(("true", "true", "3600", "0"), (brought["builtIn"], brought["enabled"], brought["condition.atLeast"], brought["version"]));

        ApiAnswer changed = (await server.Admin.PutAsync("/api/v1/alerts/rules/waiting-long", """{"metric":"queue.oldestWait","condition":{"atLeast":60},"enabled":false}""")).Is(200);
        Assert.Equal(("true", "false", "60", "1"), (changed["builtIn"], changed["enabled"], changed["condition.atLeast"], changed["version"]));
        (await server.Admin.PutAsync("/api/v1/alerts/rules/waiting-long", """{"metric":"queue.waiting","condition":{"atLeast":60} }""")).IsProblem(422, "invalid-value", "$.metric");

        (await server.Admin.DeleteAsync("/api/v1/alerts/rules/waiting-long")).Is(204);
        Assert.Equal("3600", (await server.Admin.GetAsync("/api/v1/alerts/rules/waiting-long"))["condition.atLeast"]);
    }

    [Fact]
    public void Every_rule_that_Nexus_brings_along_watches_a_metric_that_there_is()
    {
        AlertSources sources = server.Services.GetRequiredService<AlertSources>();

        Assert.All(BuiltInRules.All, r => Assert.NotNull(sources.Find(r.Metric)));
        Assert.InRange(BuiltInRules.All.Count, 10, 20);
    }

    [Fact]
    public async Task A_rule_fires_on_what_the_engine_decides_and_its_alert_is_taken_and_silenced()
    {
        string tenant = server.Fresh("alerted");
        (await server.Admin.PutAsync($"/api/v1/pools/{tenant}", """{"resources":{"gpu":4} }""")).Is(200);
        (await server.Admin.PutAsync($"/api/v1/quotas/{tenant}", """{"rules":[{"resource":"gpu","limit":4}]}""")).Is(200);
        (await server.Admin.PutAsync($"/api/v1/alerts/rules/{tenant}", $$"""{"metric":"quota.utilization","scope":{"owner":"{{tenant}}"},"condition":{"atLeast":0.9},"severity":"critical"}""")).Is(200);
        (await server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"r","owner":"{{tenant}}/ada","resources":{"gpu":4},"pools":["{{tenant}}"]}""")).Is(201);
        await server.Services.GetRequiredService<AlertDesk>().LookAsync(TestContext.Current.CancellationToken);

        ApiAnswer list = (await (await server.ClientAsync(tenant, Scope.Read | Scope.Configure)).GetAsync("/api/v1/alerts?state=firing")).Is(200);
        Assert.Equal((tenant, "critical", "1", "0.9", "gpu", tenant), (list["items.0.rule"], list["items.0.severity"], list["items.0.value"], list["items.0.threshold"], list["items.0.resource"], list["items.0.owner"]));
        Assert.Equal($"{tenant} uses 100.0\u00A0% of its quota of gpu.", list["items.0.message"]);
        string id = list["items.0.id"]!;

        ApiAnswer taken = (await server.Admin.PostAsync($"/api/v1/alerts/{id}/acknowledge", """{"note":"on it"}""")).Is(200);
        Assert.Equal(("acknowledged", "on it"), (taken["state"], taken["acknowledged.note"]));
        Assert.Equal("firing", (await server.Admin.PostAsync($"/api/v1/alerts/{id}/acknowledge", """{"withdraw":true}""")).Is(200)["state"]);
        Assert.Equal("1", (await server.Admin.PostAsync($"/api/v1/alerts/{id}/silence?dryRun=true", """{"match":"rule"}""")).Is(200)["silences"]);
        (await server.Admin.PostAsync($"/api/v1/alerts/{id}/silence", """{"for":"PT2H","match":"rule"}""")).Is(200);
        Assert.NotNull((await server.Admin.GetAsync("/api/v1/alerts"))["items.0.silenced.until"]);

        (await server.Admin.PostAsync($"/api/v1/alerts/{id}/acknowledge", """{"until":"2020-01-01T00:00:00Z"}""")).IsProblem(422, "invalid-value", "$.until");
        (await server.Admin.PostAsync("/api/v1/alerts/999999/acknowledge")).IsProblem(404, "not-found");
        (await server.Admin.GetAsync("/api/v1/alerts?state=gone")).IsProblem(422, "invalid-value", "state");
    }

    [Theory]
    [InlineData("""{"kind":"webhook","url":"ftp://example.com/"}""", "$.url")]
    [InlineData("""{"kind":"webhook","url":"https://ada:secret@example.com/"}""", "$.url")]
    [InlineData("""{"kind":"webhook","url":"http://127.0.0.1/"}""", "$.url")]
    [InlineData("""{"kind":"webhook","url":"http://[::ffff:10.0.0.1]/"}""", "$.url")]
    [InlineData("""{"kind":"webhook","url":"http://169.254.169.254/"}""", "$.url")]
    [InlineData("""{"kind":"webhook","url":"http://2130706433/"}""", "$.url")]
    [InlineData("""{"kind":"webhook","url":"https://example.com/","to":["a@example.com"]}""", "$.to")]
    [InlineData("""{"kind":"email"}""", "$.to")]
    [InlineData("""{"kind":"email","to":["nobody"]}""", "$.to[0]")]
    [InlineData("""{"kind":"email","to":["a@example.com, b@example.com"]}""", "$.to[0]")]
    [InlineData("""{"kind":"webhook","url":"https://example.com/","secret":{"env":"A-B"} }""", "$.secret.env")]
    public async Task What_is_wrong_with_a_channel_is_named_by_field(string body, string field) => (await server.Admin.PutAsync("/api/v1/alerts/channels/wrong", body)).IsProblem(422, "invalid-value", field);

    [Fact]
    public async Task Who_may_only_look_does_not_learn_where_a_webhook_goes_but_its_host()
    {
        string name = server.Fresh("hidden");
        (await server.Admin.PutAsync($"/api/v1/alerts/channels/{name}", """{"kind":"webhook","url":"https://hooks.example.com/T0/secret-path"}""")).Is(200);

        Assert.Equal("https://hooks.example.com/T0/secret-path", (await server.Admin.GetAsync($"/api/v1/alerts/channels/{name}"))["url"]);
        Assert.Equal("https://hooks.example.com/…", (await (await server.ClientAsync("/", Scope.Read)).GetAsync($"/api/v1/alerts/channels/{name}"))["url"]);
        Assert.DoesNotContain("secret-path", (await server.Admin.GetAsync($"/api/v1/audit?object={name}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_says_what_the_other_side_did()
    {
        string name = server.Fresh("tested");
        (await server.Admin.PutAsync($"/api/v1/alerts/channels/{name}", """{"kind":"email","to":["ops@example.com"]}""")).Is(200);

        ApiAnswer answer = (await server.Admin.PostAsync($"/api/v1/alerts/channels/{name}/test")).Is(200);

        Assert.Equal(("false", "No mail server is set: Nexus:Alerts:Smtp:Host in appsettings.json is empty"), (answer["taken"], answer["result"]));
    }

    [Fact]
    public async Task A_channel_that_a_rule_names_is_not_deleted()
    {
        string name = server.Fresh("used");
        (await server.Admin.PutAsync($"/api/v1/alerts/channels/{name}", """{"kind":"email","to":["ops@example.com"]}""")).Is(200);
        (await server.Admin.PutAsync($"/api/v1/alerts/rules/{name}", $$"""{"metric":"engine.down","condition":{"atLeast":1},"channels":["{{name}}"]}""")).Is(200);

        (await server.Admin.DeleteAsync($"/api/v1/alerts/channels/{name}")).IsProblem(409, "in-use");
        (await server.Admin.DeleteAsync($"/api/v1/alerts/rules/{name}")).Is(204);
        (await server.Admin.DeleteAsync($"/api/v1/alerts/channels/{name}")).Is(204);
    }

    [Fact]
    public async Task A_tenant_has_rules_and_channels_of_its_own_and_touches_no_others()
    {
        string tenant = server.Fresh("tenant");
        ApiClient client = await server.ClientAsync(tenant, Scope.Read | Scope.Configure);
        string theirs = server.Fresh("theirs");
        (await server.Admin.PutAsync($"/api/v1/alerts/rules/{theirs}", """{"metric":"queue.waiting","condition":{"atLeast":100} }""")).Is(200);
        (await server.Admin.PutAsync($"/api/v1/alerts/channels/{theirs}", """{"kind":"email","to":["ops@example.com"]}""")).Is(200);

        Assert.Equal(tenant, (await client.PutAsync($"/api/v1/alerts/rules/{tenant}", """{"metric":"queue.waiting","condition":{"atLeast":100} }""")).Is(200)["scope.owner"]);
        (await client.PutAsync($"/api/v1/alerts/rules/{tenant}-all", """{"metric":"queue.waiting","scope":{"owner":"~"},"condition":{"atLeast":100} }""")).IsProblem(403, "outside-path");
        (await client.PutAsync($"/api/v1/alerts/rules/{tenant}-engine", """{"metric":"engine.down","condition":{"atLeast":1} }""")).IsProblem(403, "missing-scope");
        (await client.PutAsync($"/api/v1/alerts/rules/{theirs}", """{"metric":"queue.waiting","condition":{"atLeast":1} }""")).IsProblem(409, "exists");
        (await client.GetAsync($"/api/v1/alerts/rules/{theirs}")).IsProblem(404, "not-found");
        (await client.DeleteAsync($"/api/v1/alerts/rules/{theirs}")).IsProblem(404, "not-found");
        (await client.PutAsync($"/api/v1/alerts/rules/{tenant}", $$"""{"metric":"queue.waiting","condition":{"atLeast":100},"channels":["{{theirs}}"]}""")).IsProblem(422, "unknown-name");

        (await client.GetAsync($"/api/v1/alerts/channels/{theirs}")).IsProblem(404, "not-found");
        (await client.PostAsync($"/api/v1/alerts/channels/{theirs}/test")).IsProblem(404, "not-found");
        (await client.DeleteAsync($"/api/v1/alerts/channels/{theirs}")).IsProblem(404, "not-found");
        (await client.PutAsync($"/api/v1/alerts/channels/{tenant}", """{"kind":"webhook","url":"https://example.com/","secret":{"env":"PATH"} }""")).IsProblem(422, "invalid-value", "$.secret.env");
        Assert.Equal(tenant, (await client.PutAsync($"/api/v1/alerts/channels/{tenant}", """{"kind":"webhook","url":"https://example.com/","secret":{"env":"NEXUS_ALERTS_OURS"} }""")).Is(200)["owner"]);
    }

    [Fact]
    public async Task Whoever_changed_it_meanwhile_is_not_overwritten()
    {
        string name = server.Fresh("versioned");
        string path = $"/api/v1/alerts/rules/{name}";
        const string Body = """{"metric":"queue.waiting","condition":{"atLeast":100} }""";
        (await server.Admin.PutAsync(path, Body, ("If-None-Match", "*"))).Is(200);
        (await server.Admin.PutAsync(path, Body, ("If-None-Match", "*"))).IsProblem(412, "version-mismatch");
        (await server.Admin.PutAsync(path, Body, ("If-Match", "\"1\""))).Is(200);
        (await server.Admin.PutAsync(path, Body, ("If-Match", "\"1\""))).IsProblem(412, "version-mismatch");
    }
}
