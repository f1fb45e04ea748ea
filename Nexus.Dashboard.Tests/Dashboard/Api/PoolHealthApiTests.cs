using System.Globalization;

namespace Nexus.Dashboard.Tests.Dashboard.Api;

/// <summary>The health of pools through HTTP.</summary>
public sealed class PoolHealthApiTests(ApiServer server)
{
    [Fact]
    public async Task A_pool_takes_and_gives_by_what_it_is_judged_and_how_it_does()
    {
        string path = $"/api/v1/pools/{server.Fresh("judged")}";

        ApiAnswer usual = (await server.Admin.PutAsync(path, """{"resources":{"gpu":8},"health":{}}""")).Is(200);
        Assert.Equal(("healthy", "0", "0", "PT5M", "20", "0.5", "PT30S", "3"), All(usual));
        Assert.Equal((null, null, null, null), (usual["health.since"], usual["health.retryAt"], usual["health.limit"], usual["health.probing"]));

        ApiAnswer own = (await server.Admin.PutAsync(path, """{"resources":{"gpu":8},"health":{"window":"PT1M","minimumSamples":4,"failureRate":0.25,"probeAfter":"PT10S","probes":1}}""")).Is(200);
        Assert.Equal(("healthy", "0", "0", "PT1M", "4", "0.25", "PT10S", "1"), All(own));
        Assert.Equal(All(own), All(await server.Admin.GetAsync(path)));

        Assert.Null((await server.Admin.PutAsync(path, """{"resources":{"gpu":8}}""")).Is(200)["health"]);

        static (string?, string?, string?, string?, string?, string?, string?, string?) All(ApiAnswer answer) => (
            answer["health.state"], answer["health.failed"], answer["health.settled"], answer["health.window"], answer["health.minimumSamples"], answer["health.failureRate"], answer["health.probeAfter"], answer["health.probes"]);
    }

    [Fact]
    public async Task A_pool_whose_grants_fail_says_so_with_the_reason_and_may_be_reset_which_the_audit_tells()
    {
        string pool = server.Fresh("failing");
        string path = $"/api/v1/pools/{pool}";
        await server.Admin.PutAsync(path, """{"resources":{"gpu":8},"health":{"minimumSamples":2,"probeAfter":"PT1H"}}""");
        await FinishAsync(pool, 1, "failed");
        await FinishAsync(pool, 2, "failed");

        ApiAnswer open = (await server.Admin.GetAsync(path)).Is(200);
        Assert.Equal(("open", "2", "2", "0"), (open["health.state"], open["health.failed"], open["health.settled"], open["state.gpu.free"]));
        Assert.Equal(TimeSpan.FromHours(1), Time(open["health.retryAt"]) - Time(open["health.since"]));

        ApiAnswer refused = await server.Admin.PostAsync("/api/v1/requests", Body(pool, 3));
        Assert.Equal(("rejected", "poolUnhealthy", "waitingForCapacity", "2", "PT5M"), (refused["status"], refused["explanation.code"], refused["explanation.tier"], refused["explanation.health.failed"], refused["explanation.health.window"]));
        Assert.Equal($"Pool {pool} is unhealthy: 2 of 2 grants failed in 5 min; it grants nothing until it is probed.", refused["explanation.message"]);
        Assert.Equal(Time(open["health.retryAt"]), Time(refused["explanation.earliest"]));

        Assert.Equal("healthy", (await server.Admin.PostAsync($"{path}/resetHealth")).Is(200)["health.state"]);
        Assert.Equal("allocated", (await server.Admin.PostAsync("/api/v1/requests", Body(pool, 4))).Is(201)["status"]);
        ApiAnswer audit = await server.Admin.GetAsync($"/api/v1/audit?object={pool}");
        Assert.Equal(("resetPoolHealth", "openPool", "healthy", "open"), (audit["items.0.action"], audit["items.1.action"], audit["items.1.before"], audit["items.1.after"]));
    }

    [Fact]
    public async Task What_is_not_judged_cannot_be_reset()
    {
        string pool = server.Fresh("plain");
        (await server.Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources":{"gpu":8}}""")).Is(200);
        (await server.Admin.PostAsync($"/api/v1/pools/{pool}/resetHealth")).IsProblem(422, "invalid-value");
        (await server.Admin.PostAsync($"/api/v1/pools/{server.Fresh("none")}/resetHealth")).IsProblem(404, "not-found");
    }

    private static DateTimeOffset Time(string? text) => DateTimeOffset.Parse(text!, CultureInfo.InvariantCulture);

    private static string Body(string pool, int n) => $$"""{"id":"{{pool}}-{{n}}","owner":"{{pool}}/a","pools":["{{pool}}"],"resources":{"gpu":1} }""";

    private async Task FinishAsync(string pool, int n, string outcome)
    {
        ApiAnswer granted = (await server.Admin.PostAsync("/api/v1/requests", Body(pool, n))).Is(201);
        (await server.Admin.PostAsync($"/api/v1/leases/{granted["lease.id"]}/release", $$"""{"outcome":"{{outcome}}"}""")).Is(200);
    }
}
