using System.Text.Json.Nodes;
using Nexus.Dashboard.Access;
using Nexus.Dashboard.Tests.Dashboard.Api;

namespace Nexus.Dashboard.Tests.Dashboard.Past;

/// <summary>How things stood, through the real program's API; each test keeps to a tenant and a pool of its own.</summary>
public sealed class StateApiTests(ApiServer server)
{
    private ApiClient Admin => server.Admin;

    [Fact]
    public async Task A_past_moment_shows_pools_quotas_and_queue_as_they_were_answered_then()
    {
        (string tenant, string pool) = await SceneAsync();
        ApiAnswer poolThen = await Admin.GetAsync($"/api/v1/pools/{pool}");
        ApiAnswer quotaThen = await Admin.GetAsync($"/api/v1/quotas/{tenant}");
        ApiAnswer queueThen = await Admin.GetAsync($"/api/v1/requests?status=queued&owner={tenant}");
        DateTimeOffset then = await Moments.AfterNowAsync();

        (await Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources": {"gpu": 8}}""")).Is(200);
        (await Admin.PutAsync($"/api/v1/quotas/{tenant}", """{"rules": [{"resource": "gpu", "limit": 8}]}""")).Is(200);
        (await Admin.PostAsync("/api/v1/requests:cancel", $$"""{"owner": "{{tenant}}"}""")).Is(200);

        ApiAnswer state = (await Admin.GetAsync($"/api/v1/state?at={Moments.Text(then)}&owner={tenant}")).Is(200);

        Assert.Equal(poolThen.Json.ToJsonString(), Named(state.Json["pools"]!, "name", pool).ToJsonString());
        Assert.Equal(quotaThen.Json.ToJsonString(), Named(state.Json["quotas"]!, "owner", tenant).ToJsonString());
        Assert.Equal(queueThen.Json.ToJsonString(), state.Json["queue"]!.ToJsonString());
        Assert.Equal(("waits", "queued"), (state["queue.items.0.id"], state["queue.items.0.status"]));
        Assert.Equal(then, DateTimeOffset.Parse(state["at"]!, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Its_requests_are_filtered_and_paged_like_those_of_now()
    {
        (string tenant, string pool) = await SceneAsync();
        (await Admin.PostAsync("/api/v1/requests", Request(tenant, pool, "waits-too", 1))).Is(201);
        string at = $"/api/v1/state?at={Moments.Text(await Moments.AfterNowAsync())}&owner={tenant}";
        (await Admin.PostAsync("/api/v1/requests:cancel", $$"""{"owner": "{{tenant}}"}""")).Is(200);

        ApiAnswer first = (await Admin.GetAsync($"{at}&limit=1")).Is(200);
        ApiAnswer second = (await Admin.GetAsync($"{at}&limit=1&cursor={first["queue.next"]}")).Is(200);

        Assert.Equal(("waits", "waits-too", null), (first["queue.items.0.id"], second["queue.items.0.id"], second["queue.next"]));
        Assert.Equal("holds", (await Admin.GetAsync($"{at}&status=allocated"))["queue.items.0.id"]);
        (await Admin.GetAsync($"{at}&status=lost")).IsProblem(422, "invalid-value", "status");
    }

    [Fact]
    public async Task A_tenant_sees_of_it_what_it_may_see_now()
    {
        (string ours, string pool) = await SceneAsync();
        (string theirs, string closed) = await SceneAsync();
        (await Admin.PutAsync($"/api/v1/pools/{closed}", $$"""{"resources": {"gpu": 2}, "allow": ["{{theirs}}"]}""")).Is(200);
        ApiClient tenant = await server.ClientAsync(ours, Scope.Read);

        ApiAnswer state = (await tenant.GetAsync($"/api/v1/state?at={Moments.Text(await Moments.AfterNowAsync())}&status=queued,allocated")).Is(200);

        Assert.DoesNotContain(theirs, state.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(closed, state.Text, StringComparison.Ordinal);
        Assert.Contains(state.Json["pools"]!.AsArray(), p => (string?)p!["name"] == pool);
        Assert.Equal([ours], state.Json["quotas"]!.AsArray().Select(q => (string?)q!["owner"]));
        Assert.Equal(["waits", "holds"], state.Json["queue"]!["items"]!.AsArray().Select(r => (string?)r!["id"]));
    }

    [Theory]
    [InlineData("", 400, "missing-field", "must be given")]
    [InlineData("?at=yesterday", 422, "invalid-value", "must be a time with its offset")]
    [InlineData("?at=2026-11-24T14:00:00", 422, "invalid-value", "must be a time with its offset")]
    [InlineData("?at=2999-01-01T00:00:00Z", 422, "invalid-value", "lies in the future")]
    [InlineData("?at=2001-01-01T00:00:00Z", 422, "invalid-value", "when the first thing was recorded: ask for that moment or a later one")]
    public async Task What_cannot_be_told_is_refused_by_name_and_with_what_helps(string query, int status, string type, string says)
    {
        await SceneAsync();

        ApiAnswer refused = (await Admin.GetAsync("/api/v1/state" + query)).IsProblem(status, type, "at");

        Assert.Contains(says, refused["detail"], StringComparison.Ordinal);
    }

    // Two GPUs of the quota, both held, and a request that waits for them.
    private async Task<(string Tenant, string Pool)> SceneAsync()
    {
        (string tenant, string pool) = (server.Fresh("then"), server.Fresh("then-pool"));
        (await Admin.PutAsync($"/api/v1/pools/{pool}", """{"resources": {"gpu": 4}}""")).Is(200);
        (await Admin.PutAsync($"/api/v1/quotas/{tenant}", """{"rules": [{"resource": "gpu", "limit": 2}]}""")).Is(200);
        Assert.Equal("allocated", (await Admin.PostAsync("/api/v1/requests", Request(tenant, pool, "holds", 2)))["status"]);
        Assert.Equal("queued", (await Admin.PostAsync("/api/v1/requests", Request(tenant, pool, "waits", 1)))["status"]);
        return (tenant, pool);
    }

    private static string Request(string tenant, string pool, string id, int gpu) =>
        $$$"""{"id": "{{{id}}}", "owner": "{{{tenant}}}/x", "resources": {"gpu": {{{gpu}}}}, "pools": ["{{{pool}}}"], "queue": true}""";

    private static JsonNode Named(JsonNode list, string field, string name) => list.AsArray().Single(i => (string?)i![field] == name)!;
}
