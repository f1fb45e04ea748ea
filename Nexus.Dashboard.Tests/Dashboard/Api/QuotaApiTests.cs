using Nexus.Dashboard.Access;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>Quotas through the real program's API; each test keeps to tenants and pools of its own.</summary>
public sealed class QuotaApiTests(ApiServer server)
{
    [Fact]
    public async Task Limits_borrowing_and_lending_within_a_cohort()
    {
        (string org, string pool) = await SceneAsync("cpu");
        await RulesAsync(org, """{"resource":"cpu","extra":0}""");
        await RulesAsync($"{org}/a", """{"resource":"cpu","mode":"hard","limit":10,"borrow":6,"lend":10}""");
        await RulesAsync($"{org}/b", """{"resource":"cpu","mode":"hard","limit":10,"borrow":10,"lend":4}""");

        ApiAnswer check = (await server.Admin.PostAsync("/api/v1/quotas:check", $$"""{"owner":"{{org}}/a/w","resources":{"cpu":15},"preemptible":true}""")).Is(200);
        Assert.Equal(("false", "true", org, "1", "cpu"), (check["allowed"], check["constrained"], check["blockedBy"], check["missing"], check["resource"]));
        Assert.Equal("allocated", (await AskAsync($"{org}/a/w", "first", 14, pool, """, "preemptible": true"""))["status"]);
        ApiAnswer a = (await server.Admin.GetAsync($"/api/v1/quotas/{org}/a")).Is(200);
        ApiAnswer b = await server.Admin.GetAsync($"/api/v1/quotas/{org}/b");
        Assert.Equal(("14", "4", "0", "14", "0", "1.4"), (a["rules.0.used"], a["rules.0.borrowed"], a["rules.0.lent"], a["rules.0.peak"], a["rules.0.rejections"], a["rules.0.utilization"]));
        Assert.Equal(("0", "0", "4"), (b["rules.0.used"], b["rules.0.borrowed"], b["rules.0.lent"]));

        ApiAnswer over = await AskAsync($"{org}/a/w", "over", 1, pool);
        Assert.Equal(("rejected", "quota", "overQuota", org, "cpu"), (over["status"], over["explanation.gate"], over["explanation.tier"], over["explanation.name"], over["explanation.resource"]));
        Assert.Equal($"The quota of {org} has 0 cpu left; 1 needed.", over["explanation.message"]);
    }

    [Fact]
    public async Task A_limit_in_a_minute_says_when_to_retry()
    {
        (string org, string pool) = await SceneAsync("external.calls");
        await RulesAsync($"{org}/c", """{"resource":"external.calls","limit":5,"period":"minute","timeZone":"UTC","mode":"hard"}""");

        List<ApiAnswer> answers = [];
        do
        {
            answers.Add(await server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"{{org}}-{{answers.Count}}","owner":"{{org}}/c/w","pools":["{{pool}}"],"resources":{"external.calls":1} }"""));
        }
        while (answers[^1]["status"] == "allocated" && answers.Count < 20);

        // A minute that begins meanwhile allows five more.
        Assert.True(answers.Count is 6 or (> 6 and <= 11));
        Assert.Equal(("rejected", "minute"), (answers[^1]["status"], answers[^1]["explanation.period"]));
        Assert.InRange(int.Parse(answers[^1].Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 1, 60);
    }

    [Fact]
    public async Task A_waiting_request_is_told_who_holds_its_quota_and_what_would_help()
    {
        (string org, string pool) = await SceneAsync("cpu");
        await RulesAsync(org, """{"resource":"cpu","limit":10}""");
        await AskAsync($"{org}/bob", "holds", 8, pool, """, "duration": "PT10M" """);
        await AskAsync($"{org}/alice", "waits", 4, pool, """, "queue": true""");

        ApiAnswer why = (await server.Admin.GetAsync($"/api/v1/requests/{org}-waits")).Is(200);

        Assert.Equal(("queued", "quota", "knownEnds"), (why["status"], why["explanation.gate"], why["explanation.estimateFrom"]));
        Assert.Equal(["access passed", "budget passed", "quota stopped", "capacity notReached"], why.Json["explanation"]!["gates"]!.AsArray().Select(g => $"{g!["gate"]} {g["outcome"]}"));
        Assert.Equal(($"{org}-holds", "8"), (why["explanation.holders.0.id"], why["explanation.holders.0.amount"]));
        Assert.Equal(["askForLess", "raiseQuota", "waitUntil"], why.Json["explanation"]!["counterfactuals"]!.AsArray().Select(c => (string?)c!["change"]));
        Assert.Equal(("2", "2", org), (why["explanation.counterfactuals.0.resources.cpu"], why["explanation.counterfactuals.1.resources.cpu"], why["explanation.counterfactuals.1.quota"]));

        await RulesAsync(org, """{"resource":"cpu","limit":12}""");
        Assert.Equal("allocated", (await server.Admin.GetAsync($"/api/v1/requests/{org}-waits"))["status"]);
    }

    [Fact]
    public async Task What_is_set_is_read_back_as_it_was_written()
    {
        string org = server.Fresh("org");
        const string rule = """{"resource":"gpu","limit":8,"borrow":"unlimited","lend":2.5,"timeZone":"Europe/Berlin","windows":[{"days":["mon","fri"],"from":"20:00","to":"06:00","lend":"all"},{"dates":{"from":"2026-12-24","to":"2026-12-26"},"limit":0}],"mode":"soft","lendTo":"all","adjust":{"mode":"apply","min":2,"max":12.5}}""";

        ApiAnswer put = (await server.Admin.PutAsync($"/api/v1/quotas/{org}", $$"""{"weight":0.5,"rules":[{{rule}},{"resource":"llm.calls","limit":600,"period":"rate:PT60S","burst":50}]}""")).Is(200);

        ApiAnswer got = (await server.Admin.GetAsync($"/api/v1/quotas/{org}")).Is(200);
        Assert.Equal(put["version"], got["version"]);
        Assert.Equal((org, "0.5"), (got["owner"], got["weight"]));
        foreach (KeyValuePair<string, System.Text.Json.Nodes.JsonNode?> field in System.Text.Json.Nodes.JsonNode.Parse(rule)!.AsObject())
        {
            Assert.Equal(field.Value!.ToJsonString(), got.Json["rules"]![0]![field.Key]?.ToJsonString());
        }

        Assert.Equal(("rate:PT1M", "50", "0", "all"), (got["rules.1.period"], got["rules.1.burst"], got["rules.1.borrow"], got["rules.1.lend"]));
    }

    [Fact]
    public async Task The_whole_is_replaced_and_only_in_the_version_that_was_seen()
    {
        string org = server.Fresh("org");
        string? first = (await RulesAsync(org, """{"resource":"gpu","limit":1}"""))["version"];
        string? second = (await RulesAsync(org, """{"resource":"cpu","limit":1}"""))["version"];

        Assert.Null((await server.Admin.GetAsync($"/api/v1/quotas/{org}"))["rules.1.resource"]);
        (await server.Admin.PutAsync($"/api/v1/quotas/{org}", """{"rules":[]}""", ("If-Match", $"\"{first}\""))).IsProblem(412, "version-mismatch");
        (await server.Admin.DeleteAsync($"/api/v1/quotas/{org}", ("If-Match", $"\"{first}\""))).IsProblem(412, "version-mismatch");
        (await server.Admin.DeleteAsync($"/api/v1/quotas/{org}", ("If-Match", $"\"{second}\""))).Is(204);
        (await server.Admin.GetAsync($"/api/v1/quotas/{org}")).IsProblem(404, "not-found");
        (await server.Admin.DeleteAsync($"/api/v1/quotas/{org}")).IsProblem(404, "not-found");
    }

    [Theory]
    [InlineData("""{"rules":[{"limit":1}]}""", 400, "missing-field", "$.rules[0].resource")]
    [InlineData("""{"rules":[{"resource":"gpu","limit":1,"borow":2}]}""", 400, "unknown-field", "$.rules[0].borow")]
    [InlineData("""{"rules":[{"resource":"gpu","limit":1,"borrow":"all"}]}""", 400, "malformed-json", "$.rules[0].borrow")]
    [InlineData("""{"rules":[{"resource":"gpu","limit":-1}]}""", 422, "invalid-value", "$.rules[0].limit")]
    [InlineData("""{"rules":[{"resource":"gpu","limit":1,"extra":1}]}""", 422, "invalid-value", "$.rules[0].limit")]
    [InlineData("""{"rules":[{"resource":"gpus","limit":1}]}""", 422, "invalid-value", "$.rules[0].resource")]
    [InlineData("""{"rules":[{"resource":"gpu","limit":1,"period":"quarter"}]}""", 422, "invalid-value", "$.rules[0].period")]
    [InlineData("""{"rules":[{"resource":"gpu","limit":1,"period":"day","timeZone":"Mars/Olympus"}]}""", 422, "invalid-value", "$.rules[0].timeZone")]
    [InlineData("""{"rules":[{"resource":"gpu","limit":1,"windows":[{"days":["noday"],"limit":1}]}]}""", 422, "invalid-value", "$.rules[0].windows[0].days")]
    [InlineData("""{"rules":[{"resource":"gpu","limit":1,"windows":[{"from":"25:00","to":"26:00","limit":1}]}]}""", 422, "invalid-value", "$.rules[0].windows[0].from")]
    [InlineData("""{"rules":[{"resource":"gpu","limit":1,"windows":[{"from":"20:00","limit":1}]}]}""", 422, "invalid-value", "$.rules[0].windows[0].to")]
    [InlineData("""{"rules":[{"resource":"gpu","limit":1,"lendTo":"friends"}]}""", 422, "invalid-value", "$.rules[0].lendTo")]
    [InlineData("""{"rules":[{"resource":"gpu","limit":1,"adjust":{"mode":"offer","min":1}}]}""", 400, "missing-field", "$.rules[0].adjust.max")]
    [InlineData("""{"rules":[{"resource":"gpu","limit":1,"adjust":{"mode":"offer","min":-1,"max":4}}]}""", 422, "invalid-value", "$.rules[0].adjust.min")]
    [InlineData("""{"rules":[{"resource":"gpu","limit":1,"adjust":{"mode":"offer","min":5,"max":4}}]}""", 422, "invalid-value", "$.rules[0].adjust.min")]
    [InlineData("""{"rules":[{"resource":"llm.calls","limit":1,"period":"rate:PT1M","adjust":{"mode":"apply","min":1,"max":4}}]}""", 422, "invalid-value", "$.rules[0].adjust")]
    [InlineData("""{"rules":[{"resource":"llm.calls","limit":1,"period":"day","enforceAt":"2026-11-24T14:32:00Z"}]}""", 422, "invalid-value", "$.rules[0].enforceAt")]
    [InlineData("""{"rules":[{"resource":"gpu","limit":1,"enforceAt":"now"}]}""", 400, "malformed-json", "$.rules[0].enforceAt")]
    [InlineData("""{"weight":-1}""", 422, "invalid-value", "$.weight")]
    [InlineData("""{"rules":[null]}""", 422, "invalid-value", "$.rules[0]")]
    public async Task What_cannot_be_is_refused_by_field(string body, int status, string type, string field) =>
        (await server.Admin.PutAsync($"/api/v1/quotas/{server.Fresh("org")}", body)).IsProblem(status, type, field);

    [Fact]
    public async Task What_is_above_a_limit_is_taken_back_where_that_is_asked_for()
    {
        (string org, string pool) = await SceneAsync("cpu");
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"cpu":100},"preemption":{"grace":"PT0S"} }""")).Is(200);
        await AskAsync($"{org}/w", "old", 2, pool);
        await AskAsync($"{org}/w", "young", 2, pool);

        await RulesAsync(org, """{"resource":"cpu","limit":2}""");
        Assert.Equal("allocated", (await server.Admin.GetAsync($"/api/v1/requests/{org}-young"))["status"]);
        ApiAnswer put = await RulesAsync(org, """{"resource":"cpu","limit":2,"enforceAt":"2026-01-01T00:00:00Z"}""");

        Assert.Equal("2026-01-01T00:00:00+00:00", put["rules.0.enforceAt"]);
        ApiAnswer young = await server.Admin.GetAsync($"/api/v1/requests/{org}-young");
        Assert.Equal(("preempted", "quotaEnforced"), (young["status"], young["explanation.code"]));
        Assert.Equal("allocated", (await server.Admin.GetAsync($"/api/v1/requests/{org}-old"))["status"]);
    }

    [Fact]
    public async Task A_tenant_sees_and_sets_what_is_below_its_own_path()
    {
        string org = server.Fresh("org");
        await RulesAsync(org, """{"resource":"gpu","limit":4}""");
        await RulesAsync($"{org}x", """{"resource":"gpu","limit":4}""");
        ApiClient tenant = await server.ClientAsync(org, Scope.Configure | Scope.Read);

        (await tenant.PutAsync($"/api/v1/quotas/{org}", """{"rules":[{"resource":"gpu","limit":400}]}""")).IsProblem(403, "outside-path");
        (await tenant.PutAsync("/api/v1/quotas/~", """{"rules":[]}""")).IsProblem(403, "outside-path");
        (await tenant.DeleteAsync($"/api/v1/quotas/{org}x")).IsProblem(403, "outside-path");
        (await tenant.PutAsync($"/api/v1/quotas/{org}/alice", """{"rules":[{"resource":"gpu","limit":2}]}""")).Is(200);
        (await tenant.GetAsync($"/api/v1/quotas/{org}x")).IsProblem(404, "not-found");
        (await tenant.PostAsync("/api/v1/quotas:check", $$"""{"owner":"{{org}}x","resources":{"gpu":1} }""")).IsProblem(403, "outside-path", "$.owner");
        foreach (string under in (string[])["", $"?under={org}", "?under=~", $"?under={org}/alice"])
        {
            Assert.DoesNotContain($"{org}x", (await tenant.GetAsync("/api/v1/quotas" + under)).Is(200).Text);
            Assert.Contains($"{org}/alice", (await tenant.GetAsync("/api/v1/quotas" + under)).Text);
        }
    }

    [Fact]
    public async Task A_change_is_in_the_audit_with_what_was_before()
    {
        string org = server.Fresh("org");
        await RulesAsync(org, """{"resource":"gpu","limit":1}""");
        await RulesAsync(org, """{"resource":"gpu","limit":2}""");
        await server.Admin.DeleteAsync($"/api/v1/quotas/{org}");

        ApiAnswer audit = (await server.Admin.GetAsync($"/api/v1/audit?object={org}")).Is(200);

        Assert.Equal(["deleteQuota", "changeQuota", "createQuota"], audit.Json["items"]!.AsArray().Select(i => (string?)i!["action"]));
        Assert.Equal(("1", "2"), (audit["items.1.before.rules.0.limit"], audit["items.1.after.rules.0.limit"]));
    }

    private async Task<(string Org, string Pool)> SceneAsync(string kind)
    {
        string pool = server.Fresh("quota-pool");
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", kind == "cpu" ? """{"resources":{"cpu":100}}""" : $$"""{"resources":{"{{kind}}":{"rate":1000000,"per":"PT1S","burst":1000000} } }""")).Is(200);
        return (server.Fresh("org"), pool);
    }

    private async Task<ApiAnswer> RulesAsync(string owner, string rules) => (await server.Admin.PutAsync($"/api/v1/quotas/{owner}", $$"""{"rules":[{{rules}}]}""")).Is(200);

    private Task<ApiAnswer> AskAsync(string owner, string id, int cpu, string pool, string more = "") =>
        server.Admin.PostAsync("/api/v1/requests", $$"""{"id":"{{owner.Split('/')[0]}}-{{id}}","owner":"{{owner}}","pools":["{{pool}}"],"resources":{"cpu":{{cpu}} }{{more}} }""");
}
