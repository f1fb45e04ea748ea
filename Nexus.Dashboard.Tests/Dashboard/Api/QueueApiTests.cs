using System.Diagnostics;
using System.Text.Json.Nodes;
using Nexus.Dashboard.Access;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>The life of requests and leases through HTTP.</summary>
public sealed class QueueApiTests(ApiServer server)
{
    private const string Requests = "/api/v1/requests";

    [Fact]
    public async Task A_request_is_granted_released_and_settled()
    {
        (string pool, string tenant) = await PoolAsync("""{"gpu":2,"memory":80}""");

        ApiAnswer granted = (await server.Admin.PostAsync(Requests, Ask(tenant, "r1", pool, """{"gpu":1,"memory":30.5}""", "\"priority\":\"high\""))).Is(201);
        ApiAnswer released = (await server.Admin.PostAsync($"/api/v1/leases/{granted["lease.id"]}/release", """{"usage":{"gpu":1},"labels":{"run":"7"},"outcome":"succeeded"}""")).Is(200);

        Assert.Equal(("allocated", "1", "high", pool), (granted["status"], granted["attempt"], granted["priority"], granted["lease.pools.gpu"]));
        Assert.Equal("30.5", granted["resources.memory"]);
        Assert.NotNull(granted["lease.expiresAt"]);
        Assert.Null(granted["explanation"]);
        Assert.Equal(("released", "succeeded"), (released["status"], released["outcome"]));
        Assert.NotNull(released.Json["usage"]!["gpu"]);
        Assert.Null(released["late"]);
        ApiAnswer after = (await server.Admin.GetAsync($"{Requests}/r1?owner={tenant}")).Is(200);
        Assert.Equal(("released", "7", granted["lease.id"]), (after["status"], after["labels.run"], after["lease.id"]));
    }

    [Fact]
    public async Task The_same_body_is_answered_as_it_stands_and_another_is_refused()
    {
        (string pool, string tenant) = await PoolAsync("""{"gpu":2}""");
        ApiAnswer first = (await server.Admin.PostAsync(Requests, Ask(tenant, "r", pool, """{"gpu":1}"""))).Is(201);

        ApiAnswer same = (await server.Admin.PostAsync(Requests, $$"""{"resources":{"gpu":1.0},"leaseSeconds":300,"pools":["{{pool}}"],"queue":false,"owner":"{{tenant}}/u","id":"r"}""")).Is(200);
        ApiAnswer other = await server.Admin.PostAsync(Requests, Ask(tenant, "r", pool, """{"gpu":2}"""));

        Assert.Equal(first["lease.id"], same["lease.id"]);
        other.IsProblem(409, "id-reused", "$.id");
    }

    [Fact]
    public async Task A_refusal_is_a_decision_with_its_explanation()
    {
        (string pool, string tenant) = await PoolAsync("""{"gpu":2}""");
        (await server.Admin.PostAsync(Requests, Ask(tenant, "holds", pool, """{"gpu":2}""", "\"duration\":\"PT1M\""))).Is(201);

        ApiAnswer refused = (await server.Admin.PostAsync(Requests, Ask(tenant, "r", pool, """{"gpu":1}"""))).Is(200);
        ApiAnswer never = (await server.Admin.PostAsync(Requests, Ask(tenant, "n", pool, """{"gpu":3}""", "\"queue\":true"))).Is(200);

        Assert.Equal(("rejected", "capacity", pool, "gpu", "1", "0"), (refused["status"], refused["explanation.gate"], refused["explanation.pool"], refused["explanation.resource"], refused["explanation.needed"], refused["explanation.available"]));
        Assert.Equal("holds", refused["explanation.holders.0.id"]);
        Assert.Equal(("rejected", "exceedsPools", "neverFits"), (never["status"], never["explanation.code"], never["explanation.tier"]));
    }

    [Fact]
    public async Task A_refusal_for_a_rate_says_when_to_come_back()
    {
        string pool = server.Fresh("rate");
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"external.calls":{"rate":1,"per":"PT10S","burst":2}}}""")).Is(200);
        string tenant = server.Fresh("t");
        (await server.Admin.PostAsync(Requests, Ask(tenant, "a", pool, """{"external.calls":2}"""))).Is(201);

        ApiAnswer refused = (await server.Admin.PostAsync(Requests, Ask(tenant, "b", pool, """{"external.calls":1}"""))).Is(200);

        Assert.Equal(("rejected", "rateExhausted"), (refused["status"], refused["explanation.code"]));
        Assert.InRange(int.Parse(refused.Headers["Retry-After"], null), 9, 10);
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        (string pool, string tenant) = await PoolAsync("""{"gpu":2}""");

        ApiAnswer dry = (await server.Admin.PostAsync($"{Requests}?dryRun=true", Ask(tenant, "dry", pool, """{"gpu":1}"""))).Is(200);

        Assert.Equal("allocated", dry["status"]);
        (await server.Admin.GetAsync($"{Requests}/dry?owner={tenant}")).IsProblem(404, "not-found");
        Assert.Equal("0", (await server.Admin.GetAsync($"/api/v1/pools/{pool}"))["state.gpu.used"]);
    }

    [Fact]
    public async Task A_dry_run_of_a_batch_changes_nothing_and_its_leases_have_no_id()
    {
        (string pool, string tenant) = await PoolAsync("""{"gpu":1}""");

        ApiAnswer dry = (await server.Admin.PostAsync("/api/v1/requests:batch?dryRun=true", $"[{Ask(tenant, "a", pool, """{"gpu":1}""")},{Ask(tenant, "b", pool, """{"gpu":1}""")}]")).Is(200);

        Assert.Equal(("allocated", pool, null, "allocated"), (dry["items.0.status"], dry["items.0.lease.pools.gpu"], dry["items.0.lease.id"], dry["items.1.status"]));
        (await server.Admin.GetAsync($"{Requests}/a?owner={tenant}")).IsProblem(404, "not-found");
        Assert.Equal("0", (await server.Admin.GetAsync($"/api/v1/pools/{pool}"))["state.gpu.used"]);
    }

    [Theory]
    [InlineData("?dryRun", 200)]
    [InlineData("?dryRun=True", 200)]
    [InlineData("?dryRun=False", 201)]
    [InlineData("?dryRun=no", 422)]
    [InlineData("?dryRun=0", 422)]
    public async Task A_dry_run_is_asked_for_in_so_many_words(string query, int status)
    {
        (string pool, string tenant) = await PoolAsync("""{"gpu":1}""");

        (await server.Admin.PostAsync(Requests + query, Ask(tenant, "r", pool, """{"gpu":1}"""))).Is(status);

        (await server.Admin.GetAsync($"{Requests}/r?owner={tenant}")).Is(status == 201 ? 200 : 404);
    }

    [Fact]
    public async Task Who_waits_is_told_at_once()
    {
        (string pool, string tenant) = await PoolAsync("""{"gpu":1}""");
        ApiAnswer holds = (await server.Admin.PostAsync(Requests, Ask(tenant, "holds", pool, """{"gpu":1}"""))).Is(201);
        Task<ApiAnswer> submitted = server.Admin.PostAsync($"{Requests}?wait=PT20S", Ask(tenant, "waits", pool, """{"gpu":1}""", "\"queue\":true"));
        Task<ApiAnswer> asked = AskedAsync();

        long freed = Stopwatch.GetTimestamp();
        (await server.Admin.PostAsync($"/api/v1/leases/{holds["lease.id"]}/release")).Is(200);

        Assert.Equal("allocated", (await submitted).Is(201)["status"]);
        Assert.Equal("allocated", (await asked).Is(200)["status"]);
        Assert.True(Stopwatch.GetElapsedTime(freed) < TimeSpan.FromSeconds(5));

        async Task<ApiAnswer> AskedAsync()
        {
            while ((await server.Admin.GetAsync($"{Requests}/waits?owner={tenant}")).Status != System.Net.HttpStatusCode.OK)
            {
                await Task.Delay(10);
            }

            return await server.Admin.GetAsync($"{Requests}/waits?owner={tenant}&wait=20");
        }
    }

    [Fact]
    public async Task A_waiting_call_ends_with_what_there_is()
    {
        (string pool, string tenant) = await PoolAsync("""{"gpu":1}""");
        (await server.Admin.PostAsync(Requests, Ask(tenant, "holds", pool, """{"gpu":1}"""))).Is(201);

        ApiAnswer waits = (await server.Admin.PostAsync($"{Requests}?wait=PT0.2S", Ask(tenant, "waits", pool, """{"gpu":1}""", "\"queue\":true"))).Is(201);

        Assert.Equal("queued", waits["status"]);
        Assert.Equal("notEnoughFree", waits["explanation.code"]);
        Assert.Equal("holds", waits["explanation.holders.0.id"]);
    }

    [Fact]
    public async Task What_waits_can_be_raised_and_cancelled()
    {
        (string pool, string tenant) = await PoolAsync("""{"gpu":1}""");
        (await server.Admin.PostAsync(Requests, Ask(tenant, "holds", pool, """{"gpu":1}"""))).Is(201);
        (await server.Admin.PostAsync(Requests, Ask(tenant, "w", pool, """{"gpu":1}""", "\"queue\":true"))).Is(201);

        Assert.Equal("critical", (await server.Admin.PostAsync($"{Requests}/w/priority?owner={tenant}", """{"priority":"critical"}""")).Is(200)["priority"]);
        (await server.Admin.PostAsync($"{Requests}/w/priority?owner={tenant}", """{"priority":"urgent"}""")).IsProblem(422, "unknown-name", "$.priority");
        (await server.Admin.PostAsync($"{Requests}/w/priority?owner={tenant}", "{}")).IsProblem(400, "missing-field", "$.priority");
        Assert.Equal("cancelled", (await server.Admin.PostAsync($"{Requests}/w/cancel?owner={tenant}")).Is(200)["status"]);
        (await server.Admin.PostAsync($"{Requests}/w/priority?owner={tenant}", """{"priority":"low"}""")).IsProblem(409, "ended");
        Assert.Equal("cancelled", (await server.Admin.PostAsync($"{Requests}/w/cancel?owner={tenant}", "{}")).Is(200)["status"]);
        (await server.Admin.PostAsync($"{Requests}/nobody/cancel?owner={tenant}")).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task A_renewal_prolongs_reports_and_extends_all_or_nothing()
    {
        (string pool, string tenant) = await PoolAsync("""{"memory":10}""");
        ApiAnswer granted = (await server.Admin.PostAsync(Requests, Ask(tenant, "r", pool, """{"memory":4}"""))).Is(201);
        string lease = $"/api/v1/leases/{granted["lease.id"]}/renew";

        ApiAnswer extended = (await server.Admin.PostAsync(lease, """{"extend":{"memory":5},"usage":{"memory":4}}""")).Is(200);
        ApiAnswer refused = (await server.Admin.PostAsync(lease, """{"extend":{"memory":2}}""")).Is(200);

        Assert.Equal("9", extended["lease.resources.memory"]);
        Assert.Null(extended["explanation"]);
        Assert.Equal(("9", "capacity", "exceedsPools", "11", "10"), (refused["lease.resources.memory"], refused["explanation.gate"], refused["explanation.code"], refused["explanation.needed"], refused["explanation.available"]));
        (await server.Admin.PostAsync(lease)).Is(200);
        (await server.Admin.PostAsync(lease, """{"extend":{"gpu":1}}""")).IsProblem(422, "invalid-value", "$.extend.gpu");
        (await server.Admin.PostAsync(lease, """{"usage":{"memory":-1}}""")).IsProblem(422, "invalid-value", "$.usage.memory");
        (await server.Admin.PostAsync("/api/v1/leases/lease-999999999/renew")).IsProblem(404, "not-found");
        (await server.Admin.PostAsync("/api/v1/leases/nonsense/renew")).IsProblem(404, "not-found");
    }

    [Fact]
    public async Task A_renewal_that_is_sent_twice_with_one_key_extends_once()
    {
        (string pool, string tenant) = await PoolAsync("""{"memory":10}""");
        ApiAnswer granted = (await server.Admin.PostAsync(Requests, Ask(tenant, "r", pool, """{"memory":1}"""))).Is(201);
        string lease = $"/api/v1/leases/{granted["lease.id"]}/renew";
        (string, string) key = ("Idempotency-Key", server.Fresh("key"));

        ApiAnswer first = (await server.Admin.PostAsync(lease, """{"extend":{"memory":2}}""", key)).Is(200);
        ApiAnswer second = (await server.Admin.PostAsync(lease, """{"extend":{"memory":2}}""", key)).Is(200);

        Assert.Equal("3", first["lease.resources.memory"]);
        Assert.Equal(first.Text, second.Text);
        (await server.Admin.PostAsync(lease, """{"extend":{"memory":3}}""", key)).IsProblem(409, "idempotency-key-reused");
    }

    [Fact]
    public async Task A_release_settles_once_and_a_late_one_is_told_so()
    {
        string pool = server.Fresh("llm");
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"tokens.input":{"rate":1000000,"per":1,"burst":1000000}}}""")).Is(200);
        string tenant = server.Fresh("t");
        ApiAnswer one = (await server.Admin.PostAsync(Requests, Ask(tenant, "one", pool, """{"tokens.input":1000}"""))).Is(201);
        ApiAnswer late = (await server.Admin.PostAsync(Requests, Ask(tenant, "late", pool, """{"tokens.input":1000}"""))).Is(201);
        (await server.Admin.PostAsync($"{Requests}/late/cancel?owner={tenant}")).Is(200);

        ApiAnswer first = (await server.Admin.PostAsync($"/api/v1/leases/{one["lease.id"]}/release", """{"usage":{"tokens.input":700}}""")).Is(200);
        ApiAnswer again = (await server.Admin.PostAsync($"/api/v1/leases/{one["lease.id"]}/release", """{"usage":{"tokens.input":900}}""")).Is(200);
        ApiAnswer corrected = (await server.Admin.PostAsync($"/api/v1/leases/{late["lease.id"]}/release", """{"usage":{"tokens.input":10}}""")).Is(200);

        Assert.Equal("700", first.Json["usage"]!["tokens.input"]!.ToString());
        Assert.Equal("700", again.Json["usage"]!["tokens.input"]!.ToString());
        Assert.Equal(("10", "true"), (corrected.Json["usage"]!["tokens.input"]!.ToString(), corrected["late"]));
        (await server.Admin.PostAsync($"/api/v1/leases/{one["lease.id"]}/renew")).IsProblem(409, "ended");
        (await server.Admin.PostAsync($"/api/v1/leases/{one["lease.id"]}/release", """{"outcome":"maybe"}""")).IsProblem(400, "malformed-json", "$.outcome");
    }

    [Fact]
    public async Task Usage_far_above_its_estimate_needs_the_scope_usage()
    {
        string pool = server.Fresh("llm");
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"tokens.output":{"rate":1000,"per":1,"burst":1000}}}""")).Is(200);
        string tenant = server.Fresh("t");
        ApiClient plain = await server.ClientAsync(tenant, Scope.Requests);
        ApiClient metering = await server.ClientAsync(tenant, Scope.Requests | Scope.Usage);
        string? lease = (await plain.PostAsync(Requests, Ask(tenant, "r", pool, """{"tokens.output":1}"""))).Is(201)["lease.id"];

        (await plain.PostAsync($"/api/v1/leases/{lease}/release", """{"usage":{"tokens.output":101}}""")).IsProblem(403, "excess-usage", "$.usage['tokens.output']");
        Assert.Equal("101", (await metering.PostAsync($"/api/v1/leases/{lease}/release", """{"usage":{"tokens.output":101}}""")).Is(200).Json["usage"]!["tokens.output"]!.ToString());
    }

    [Fact]
    public async Task Each_of_a_batch_gets_its_own_answer()
    {
        (string pool, string tenant) = await PoolAsync("""{"gpu":1}""");

        ApiAnswer batch = (await server.Admin.PostAsync("/api/v1/requests:batch", $"[{Ask(tenant, "a", pool, """{"gpu":1}""")},{Ask(tenant, "b", pool, """{"gpu":1}""")},{Ask(tenant, "", pool, """{"gpu":1}""")},{Ask(tenant, "a", pool, """{"gpu":2}""")}]")).Is(200);

        JsonArray items = batch.Json["items"]!.AsArray();
        Assert.Equal(["allocated", "rejected", null, null], items.Select(i => (string?)i!["status"]));
        Assert.Equal(["invalid-value", "id-reused"], items.Skip(2).Select(i => (string?)i!["error"]!["type"]));
    }

    [Fact]
    public async Task An_id_that_two_tenants_have_needs_its_owner()
    {
        (string pool, string tenant) = await PoolAsync("""{"gpu":2}""");
        string other = server.Fresh("t");
        string id = server.Fresh("shared");
        (await server.Admin.PostAsync(Requests, Ask(tenant, id, pool, """{"gpu":1}"""))).Is(201);
        (await server.Admin.PostAsync(Requests, Ask(other, id, pool, """{"gpu":1}"""))).Is(201);

        (await server.Admin.GetAsync($"{Requests}/{id}")).IsProblem(409, "ambiguous-id");
        (await server.Admin.PostAsync($"{Requests}/{id}/cancel")).IsProblem(409, "ambiguous-id");
        Assert.Equal($"{other}/u", (await server.Admin.GetAsync($"{Requests}/{id}?owner={other}")).Is(200)["owner"]);
    }

    [Fact]
    public async Task Lists_filter_and_page()
    {
        (string pool, string tenant) = await PoolAsync("""{"gpu":3}""");
        for (int i = 0; i < 5; i++)
        {
            (await server.Admin.PostAsync(Requests, Ask(tenant, $"r{i}", pool, """{"gpu":1}""", "\"queue\":true"))).Is(201);
        }

        ApiAnswer first = (await server.Admin.GetAsync($"{Requests}?owner={tenant}&limit=3")).Is(200);
        ApiAnswer second = (await server.Admin.GetAsync($"{Requests}?owner={tenant}&limit=3&cursor={first["next"]}")).Is(200);

        Assert.Equal(["r4", "r3", "r2"], Ids(first));
        Assert.Equal(["r1", "r0"], Ids(second));
        Assert.Null(second["next"]);
        (await server.Admin.GetAsync($"{Requests}?owner={tenant}&status=queued&cursor={first["next"]}")).IsProblem(422, "invalid-value", "cursor");
        Assert.Equal(["r3", "r4"], Ids((await server.Admin.GetAsync($"{Requests}?owner={tenant}&status=queued")).Is(200)));
        Assert.Equal(["r2", "r1", "r0"], Ids((await server.Admin.GetAsync($"/api/v1/leases?pool={pool}")).Is(200)));
        Assert.Equal(["r2"], Ids((await server.Admin.GetAsync($"{Requests}?owner={tenant}&q=r2")).Is(200)));
    }

    [Fact]
    public async Task Times_are_told_by_a_dimension()
    {
        (string pool, string tenant) = await PoolAsync("""{"gpu":1}""");
        ApiAnswer granted = (await server.Admin.PostAsync(Requests, Ask(tenant, "r", pool, """{"gpu":1}"""))).Is(201);
        (await server.Admin.PostAsync($"/api/v1/leases/{granted["lease.id"]}/release")).Is(200);

        ApiAnswer times = (await server.Admin.GetAsync($"/api/v1/times?groupBy=pool&owner={tenant}")).Is(200);

        Assert.Equal(("pool", pool, "1"), (times["groupBy"], times["groups.0.name"], times["groups.0.requests"]));
        Assert.Equal("1", times.Json["groups"]![0]!["times"]!["time.queue"]!["count"]!.ToString());
    }

    private static string Ask(string tenant, string id, string pool, string resources, string more = "\"queue\":false") =>
        $$"""{"id":"{{id}}","owner":"{{tenant}}/u","resources":{{resources}},"pools":["{{pool}}"],{{more}}}""";

    private static IEnumerable<string?> Ids(ApiAnswer answer) => answer.Json["items"]!.AsArray().Select(i => (string?)i!["id"]);

    private async Task<(string Pool, string Tenant)> PoolAsync(string resources)
    {
        string pool = server.Fresh("pool");
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", $$"""{"resources":{{resources}}}""")).Is(200);
        return (pool, server.Fresh("t"));
    }
}
